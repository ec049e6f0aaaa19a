"""What may be wrong between rows and stored bytes, in twelve classes that never change their meaning."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Classes of findings; their values are for programs."""

    MISSING = "F1"  # a row counts on bytes that are not there
    CORRUPT = "F2"  # bytes are not those that the row tells of
    ORPHAN = "F3"  # bytes that no row names
    STALE_PENDING = "F4"  # an upload whose lease ended long ago
    ZOMBIE = "F5"  # bytes of what was deleted
    DANGLING_REF = "F6"  # a use of a file that is not ready
    RENDITION = "F7"  # a rendition that is lost, was never made, or is of a recipe of before
    QUOTA_DRIFT = "F8"  # a counter of usage that differs from the files
    TMP_JUNK = "F9"  # what a process left that died
    META_DRIFT = "F10"  # an S3 says something else of bytes than their row
    LEAK = "F11"  # an S3 gives private bytes, or their list, to anybody
    OUTSIDE = "F12"  # no file of ours: a link, an odd name, a mode that lets others in


# A great many of these are a database and a storage that do not belong together.
OF_PAIRS = frozenset({Kind.MISSING, Kind.CORRUPT, Kind.ORPHAN, Kind.ZOMBIE})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. What a class has no use for is empty; `row` is the primary key in `by`.

    `changed` is the time of the stored bytes (seconds since the epoch), 0 where there are none.
    """

    kind: Kind
    storage: str = ""
    key: str = ""
    by: str = ""
    row: str = ""
    detail: str = ""
    changed: float = 0.0

    def as_json(self) -> dict[str, str]:
        """The same for programs: always the same names, all strings."""
        return {
            "class": self.kind.value,
            "name": self.kind.name,
            "storage": self.storage,
            "key": self.key.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"),
            "by": self.by,
            "row": self.row,
            "detail": self.detail,
        }
