"""What is known of files, in words for people."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.formats import number_format

from uploads_app.models import UploadedFile

_TYPES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WebP"}
_REMOVED = {
    "gps": "where it was taken",
    "exif": "the camera and its settings",
    "xmp": "notes of photo programs (XMP)",
    "iptc": "press data (IPTC)",
    "comment": "a comment",
    "text": "a text",
    "thumbnail": "a small preview",
    "trailing_data": "data behind the picture",
    "other": "other data",
}
_Moderation = UploadedFile.Moderation


class Standing(NamedTuple):
    """What moderation says of a file: in two words, the kind of badge they wear, and what follows from it."""

    words: str
    badge: str
    meaning: str


_STANDINGS: dict[str, Standing] = {
    _Moderation.UNREVIEWED: Standing("In review", "wait", "It may be used meanwhile."),
    _Moderation.APPROVED: Standing("Approved", "good", ""),
    _Moderation.REJECTED: Standing("Rejected", "bad", "Nobody else sees it, wherever it is in use."),
}


def size(count: int) -> str:
    """A number of bytes as people say it, by thousands: "2.4 MB"."""
    amount, unit = float(count), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if round(amount) < 1000:
            break
        amount, unit = amount / 1000, larger
    places = 1 if unit != "bytes" and round(amount, 1) < 10 else 0
    return f"{number_format(round(amount, places), places).removesuffix('.0')} {unit}"


def standing(file: UploadedFile) -> Standing:
    """What moderation says of a file."""
    return _STANDINGS[file.moderation]


def kind(content_type: str) -> str:
    """A content type by its usual name."""
    return _TYPES.get(content_type, content_type)


def removed(kinds: Iterable[str]) -> str:
    """What was taken out of a file before it was stored, as one phrase; empty for nothing."""
    named = [_REMOVED.get(each, _REMOVED["other"]) for each in kinds]
    last = named[-1:]
    return " and ".join([", ".join(named[:-1]), *last] if len(named) > 1 else last)
