"""Every collected bomb is answered in time and in bounds, and the next picture is served."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from uploads_app.images.errors import ImageError
from uploads_app.images.limits import MIB, Limits
from uploads_app.images.sandbox import Sandbox
from uploads_app.tests.image_factories import jpeg_bytes

from . import misbehaviour
from .corpus import Row, absent, rows

pytestmark = [absent, pytest.mark.shared]

SECONDS, PEAK_BYTES = 5.0, 700 * MIB


def verdict_on(row: Row, sandbox: Sandbox, folder: Path, limits: Limits) -> str:
    try:
        sandbox.ingest(row.path, folder / "clean", limits)
    except ImageError as error:
        return error.code
    return "accepted"


@pytest.mark.parametrize("row", rows("bombs"), ids=lambda row: row.id)
def test_a_bomb_does_no_harm(row: Row, sandbox: Sandbox, tmp_path: Path) -> None:
    begun = time.monotonic()
    verdict = verdict_on(row, sandbox, tmp_path, Limits())
    assert time.monotonic() - begun < SECONDS
    assert verdict in ("accepted", "too_many_pixels", "corrupt_image", "file_too_large")
    assert row.expectation == "bounded" or (verdict == "accepted") == (row.expectation == "accept")
    assert sandbox._run(misbehaviour.peak_bytes) < PEAK_BYTES
    (tmp_path / "good").write_bytes(jpeg_bytes())
    assert sandbox.ingest(tmp_path / "good", tmp_path / "clean", Limits()).width == 64


@pytest.mark.parametrize("row", rows("bombs"), ids=lambda row: row.id)
def test_the_decoder_bears_a_bomb_even_without_the_limits_of_the_header(
    row: Row, sandbox: Sandbox, tmp_path: Path
) -> None:
    generous = Limits(max_pixels=10**12, max_side=10**9, max_frames=10**9, max_scans=10**9)
    begun = time.monotonic()
    assert verdict_on(row, sandbox, tmp_path, generous) != "unavailable"
    # The bounds are 3 s of CPU and 12 s by the clock; a busy test machine may be slow to say so.
    assert time.monotonic() - begun < 3 * SECONDS
    assert sandbox._run(misbehaviour.peak_bytes) < PEAK_BYTES
