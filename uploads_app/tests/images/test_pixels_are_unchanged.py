"""Cleaning changes no sample of any frame, whatever the mode, coding or metadata."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uploads_app.images.jpeg import sanitise_jpeg
from uploads_app.images.limits import Limits
from uploads_app.images.png import sanitise_png
from uploads_app.images.webp import sanitise_webp
from uploads_app.tests.image_factories import (
    animated_webp_bytes,
    apng_bytes,
    encoded,
    exif_bytes,
    jpeg_bytes,
    noise,
    png_bytes,
    webp_bytes,
)

from .adam7 import interlaced_png
from .pixels import decoded

LIMITS = Limits()
sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))
exifs = st.sampled_from([b"", exif_bytes(6, gps=True), exif_bytes(None, text="x" * 50)])
few = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@few
@given(
    sizes, st.sampled_from(["L", "RGB", "CMYK"]), st.booleans(), st.integers(0, 2), st.integers(1, 100), exifs
)
def test_jpeg(
    size: tuple[int, int], mode: str, progressive: bool, sampling: int, quality: int, exif: bytes
) -> None:
    options: dict[str, Any] = {"progressive": progressive, "quality": quality, "comment": b"note"}
    if mode == "RGB":
        options["subsampling"] = sampling
    data = jpeg_bytes(size, mode=mode, noisy=True, exif=exif, **options)
    assert decoded(sanitise_jpeg(data, LIMITS).data) == decoded(data)


@few
@given(sizes, st.integers(1, 8), st.booleans())
def test_jpeg_with_restart_markers(size: tuple[int, int], blocks: int, keep_rgb: bool) -> None:
    data = jpeg_bytes(size, noisy=True, restart_marker_blocks=blocks, keep_rgb=keep_rgb, optimize=True)
    assert decoded(sanitise_jpeg(data, LIMITS).data) == decoded(data)


@few
@given(sizes, st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA", "I;16"]), exifs, st.integers(0, 9))
def test_png(size: tuple[int, int], mode: str, exif: bytes, level: int) -> None:
    data = png_bytes(size, mode=mode, noisy=True, exif=exif, compress_level=level)
    clean = sanitise_png(data, LIMITS)
    assert decoded(clean.data) == decoded(data)
    with clean.open() as stream:
        assert decoded(stream.read()) == decoded(data)


@few
@given(sizes, st.integers(1, 8), st.binary(min_size=1, max_size=40))
def test_indexed_png_of_few_bits(size: tuple[int, int], bits: int, alphas: bytes) -> None:
    image = noise(size, "P").point(lambda value: value % (1 << bits))
    image.putpalette((b"palette text " * 100)[: 3 << bits])
    data = encoded(image, "PNG", bits=bits, transparency=alphas[: 1 << bits])
    assert decoded(sanitise_png(data, LIMITS).data) == decoded(data)


@few
@given(sizes, st.sampled_from([(0, 1), (0, 8), (2, 8), (3, 4), (3, 8), (4, 8), (6, 8), (2, 16)]))
def test_interlaced_png(size: tuple[int, int], kind: tuple[int, int]) -> None:
    data = interlaced_png(size, colour_type=kind[0], depth=kind[1])
    assert decoded(sanitise_png(data, LIMITS).data) == decoded(data)


@few
@given(sizes, st.sampled_from(["RGB", "RGBA"]), st.booleans(), exifs)
def test_webp(size: tuple[int, int], mode: str, lossless: bool, exif: bytes) -> None:
    data = webp_bytes(size, mode=mode, noisy=True, exif=exif, lossless=lossless, method=0)
    assert decoded(sanitise_webp(data, LIMITS).data) == decoded(data)


@settings(few, max_examples=8)
@given(sizes, st.integers(2, 5), st.booleans())
def test_animations(size: tuple[int, int], frames: int, lossless: bool) -> None:
    webp = animated_webp_bytes(frames, size, lossless=lossless, method=0)
    assert decoded(sanitise_webp(webp, LIMITS).data) == decoded(webp)
    for first_is_apart in (False, True):
        apng = apng_bytes(frames, size, default_image=first_is_apart)
        assert decoded(sanitise_png(apng, LIMITS).data) == decoded(apng)


@pytest.mark.parametrize("transparency", [b"\0\7", (1, 2, 3)])
def test_a_transparent_colour_stays_transparent(transparency: bytes | tuple[int, ...]) -> None:
    mode, key = ("L", 7) if isinstance(transparency, bytes) else ("RGB", transparency)
    data = png_bytes(mode=mode, noisy=True, transparency=key)
    assert decoded(sanitise_png(data, LIMITS).data) == decoded(data)
