"""Limits hold at their edge, are found in headers, and have errors of their own."""

from __future__ import annotations

import pytest

from uploads_app.images.errors import FileTooLarge, SideTooLong, TooManyFrames, TooManyPixels, TooManyScans
from uploads_app.images.limits import Limits
from uploads_app.tests.image_factories import (
    animated_webp_bytes,
    apng_bytes,
    jpeg_bytes,
    png_bytes,
    webp_bytes,
)

from .conftest import Take

STILLS = [jpeg_bytes, png_bytes, webp_bytes]
ANIMATIONS = [apng_bytes, animated_webp_bytes]


@pytest.mark.parametrize("make", STILLS)
def test_pixels(make: object, take: Take) -> None:
    data = make((40, 30))  # type: ignore[operator]
    take(data, Limits(max_pixels=1200))
    with pytest.raises(TooManyPixels):
        take(data, Limits(max_pixels=1199))


@pytest.mark.parametrize("make", STILLS)
@pytest.mark.parametrize("size", [(40, 3), (3, 40)])
def test_each_side(size: tuple[int, int], make: object, take: Take) -> None:
    data = make(size)  # type: ignore[operator]
    take(data, Limits(max_side=40))
    with pytest.raises(SideTooLong):
        take(data, Limits(max_side=39))


@pytest.mark.parametrize("make", ANIMATIONS)
def test_frames_and_their_pixels_together(make: object, take: Take) -> None:
    data = make(4, (10, 10))  # type: ignore[operator]
    assert take(data, Limits(max_frames=4, max_pixels=400))[0].frames == 4
    with pytest.raises(TooManyFrames):
        take(data, Limits(max_frames=3))
    with pytest.raises(TooManyPixels):
        take(data, Limits(max_pixels=399))


def test_scans(take: Take) -> None:
    data = jpeg_bytes(noisy=True, progressive=True)
    scans = data.count(b"\xff\xda")
    take(data, Limits(max_scans=scans))
    with pytest.raises(TooManyScans):
        take(data, Limits(max_scans=scans - 1))


def test_a_webp_that_no_decoder_process_could_hold_is_refused_by_its_header(take: Take) -> None:
    large = bytearray(webp_bytes(lossless=True))
    at = large.index(b"VP8L") + 9
    large[at : at + 4] = ((6000 - 1) | (6000 - 1) << 14).to_bytes(4, "little")
    with pytest.raises(TooManyPixels, match="30 million"):
        take(bytes(large))


def test_bytes(take: Take) -> None:
    data = png_bytes(noisy=True)
    take(data, Limits(max_bytes=len(data)))
    with pytest.raises(FileTooLarge):
        take(data, Limits(max_bytes=len(data) - 1))


def test_every_size_limit_has_the_same_code() -> None:
    assert {error.code for error in (TooManyPixels, SideTooLong, TooManyFrames, TooManyScans)} == {
        "too_many_pixels"
    }
