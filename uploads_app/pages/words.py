"""What is known of files, in words for people."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.formats import number_format

from uploads_app.models import Reason, UploadedFile
from uploads_app.visibility import is_showable

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
_REASONS: dict[str, str] = {
    Reason.NUDITY: "nudity or sexual content",
    Reason.VIOLENCE: "violence",
    Reason.HATE: "hate against people",
    Reason.STOLEN: "it is somebody else's work",
    Reason.SPAM: "spam or fraud",
    Reason.OTHER: "something else",
}
_Moderation = UploadedFile.Moderation


class Standing(NamedTuple):
    """What moderation says of a file: in two words, the kind of badge they wear, and what follows from it.

    `hidden`: nobody but its owner and staff sees it, wherever it is in use.
    """

    words: str
    badge: str
    meaning: str
    hidden: bool


_APPROVED = Standing("Approved", "good", "", hidden=False)
_REJECTED = Standing("Rejected", "bad", "Nobody else sees it, wherever it is in use.", hidden=True)
_OPEN = Standing("In review", "wait", "It may be used meanwhile.", hidden=False)
_APPEALED = Standing(
    "In review", "wait", "Your appeal is being looked at. Until then nobody else sees it.", hidden=True
)
_WITHHELD = Standing("In review", "wait", "Nobody else sees it until staff have looked at it.", hidden=True)
_BEFORE = Standing("In review", "wait", "Others see it once staff have approved it.", hidden=True)


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
    """What moderation says of a file, by the mode of now: never why it was withheld, nor of a legal hold."""
    if file.moderation == _Moderation.REJECTED:
        return _REJECTED
    if is_showable(file):
        return _APPROVED if file.moderation == _Moderation.APPROVED else _OPEN
    if file.withheld == UploadedFile.Withheld.APPEAL:
        return _APPEALED
    if file.withheld or file.legal_hold:
        return _WITHHELD
    return _BEFORE


def reason(word: str) -> str:
    """A reason of the list, as a part of a sentence."""
    return _REASONS.get(word, word)


def kind(content_type: str) -> str:
    """A content type by its usual name."""
    return _TYPES.get(content_type, content_type)


def removed(kinds: Iterable[str]) -> str:
    """What was taken out of a file before it was stored, as one phrase; empty for nothing."""
    named = [_REMOVED.get(each, _REMOVED["other"]) for each in kinds]
    last = named[-1:]
    return " and ".join([", ".join(named[:-1]), *last] if len(named) > 1 else last)
