"""Conditional and range requests (RFC 9110, sections 13 and 14), as pure functions of headers."""

import re
from dataclasses import dataclass

from django.utils.http import parse_etags, parse_http_date_safe

from uploads_app.errors import RangeNotSatisfiable

_RANGE = re.compile(r"bytes=[ \t]*(\d*)-(\d*)[ \t]*", re.ASCII | re.IGNORECASE)
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Slice:
    """Bytes `start` to `end` (inclusive) of `size`."""

    start: int
    end: int
    size: int

    @property
    def length(self) -> int:
        return self.end - self.start + 1

    @property
    def content_range(self) -> str:
        return f"bytes {self.start}-{self.end}/{self.size}"


def not_modified(
    if_none_match: str | None, if_modified_since: str | None, etag: str, modified: float
) -> bool:
    """Whether 304 is the answer. If-None-Match, where given, decides alone; tags are compared weakly.

    A date must be the very one that was given out: with edits taken back, an older picture stands again where
    a newer one was.
    """
    if if_none_match is not None:
        tags = [tag.removeprefix("W/") for tag in parse_etags(if_none_match)]
        return "*" in tags or etag in tags
    since = parse_http_date_safe(if_modified_since) if if_modified_since else None
    return since is not None and int(modified) == since


def requested_slice(
    range_: str | None, if_range: str | None, etag: str, modified: float, size: int
) -> Slice | None:
    """The one range asked for; None for the whole.

    A unit other than bytes and a malformed range are ignored, as RFC 9110 asks. Raises
    RangeNotSatisfiable for a range outside the file, and for more than one range: they multiply the work
    and nobody needs them of a picture.
    """
    if range_ is None or not range_.lower().startswith("bytes=") or not _still_same(if_range, etag, modified):
        return None
    if "," in range_:
        raise RangeNotSatisfiable(size)
    match = _RANGE.fullmatch(range_)
    if match is None or match.group(1) == match.group(2) == "":
        return None
    return _within(match.group(1)[:_MOST_DIGITS], match.group(2)[:_MOST_DIGITS], size)


def _within(first: str, last: str, size: int) -> Slice | None:
    if not first:
        wanted = min(int(last), size)
        if wanted == 0:
            raise RangeNotSatisfiable(size)
        return Slice(size - wanted, size - 1, size)
    start, end = int(first), int(last) if last else size - 1
    if last and end < start:
        return None
    if start >= size:
        raise RangeNotSatisfiable(size)
    return Slice(start, min(end, size - 1), size)


def _still_same(if_range: str | None, etag: str, modified: float) -> bool:
    if if_range is None:
        return True
    if if_range.startswith(('"', "W/")):
        return if_range == etag
    return parse_http_date_safe(if_range) == int(modified)
