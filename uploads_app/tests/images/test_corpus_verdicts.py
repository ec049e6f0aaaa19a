"""Every collected file gets the verdict its manifest names."""

from __future__ import annotations

import pytest

from uploads_app.images.errors import ImageError, UnsupportedMediaType
from uploads_app.images.ingest import Ingested

from .conftest import Take
from .corpus import Row, absent, photos, rows
from .pixels import decoded, everything_in

pytestmark = [absent, pytest.mark.shared]

COLLECTED = rows("valid", "invalid", "orientation", "polyglots")
ACCEPTED = [row for row in COLLECTED if row.expectation == "accept"]
CODES = {"unsupported_media_type", "corrupt_image", "too_many_pixels", "file_too_large"}


def attempt(take: Take, data: bytes) -> tuple[Ingested, bytes] | ImageError:
    try:
        return take(data)
    except ImageError as error:
        return error


@pytest.mark.parametrize("row", COLLECTED + photos(), ids=lambda row: row.id)
def test_the_verdict_is_the_expected_one_and_nothing_hidden_is_kept(row: Row, take: Take) -> None:
    data = row.path.read_bytes()
    verdict = attempt(take, data)
    if isinstance(verdict, ImageError):
        assert row.expectation in ("reject", "either"), repr(verdict)
        assert verdict.code in CODES
        assert str(verdict).endswith(".")
        return
    ingested, clean = verdict
    assert row.expectation in ("accept", "either")
    assert len(clean) == ingested.size
    shown = decoded(clean)
    assert shown
    if row.expectation == "accept":
        assert shown == decoded(data)
    if row.marker and not row.marker.startswith("("):
        assert row.marker.encode() not in everything_in(clean)


@pytest.mark.parametrize("row", rows("wrongtype"), ids=lambda row: row.id)
def test_another_type_is_told_by_its_signature_whatever_its_name(row: Row, take: Take) -> None:
    with pytest.raises(UnsupportedMediaType):
        take(row.path.read_bytes())


@pytest.mark.parametrize("row", ACCEPTED, ids=lambda row: row.id)
def test_cleaning_a_clean_picture_changes_nothing(row: Row, take: Take) -> None:
    first, clean = take(row.path.read_bytes())
    second, again = take(clean)
    assert again == clean
    assert second.removed == frozenset()
    assert (second.phash, second.thumbhash, second.sha256) == (first.phash, first.thumbhash, first.sha256)
