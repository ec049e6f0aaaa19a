"""What both engines can do."""

import math
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Hits:
    """How often so far within the open window, and in how many seconds it ends, by the engine's clock."""

    count: int
    left: float

    def wait(self) -> int:
        """Whole seconds until the window ends; at least one."""
        return max(1, math.ceil(self.left))

    def __add__(self, other: "Hits") -> "Hits":
        """Both counts together, until the later end."""
        return Hits(self.count + other.count, max(self.left, other.left))


class Counts(Protocol):
    """Counts by key. Keys are at most 200 characters."""

    def hit(self, *keys: str, period: int) -> dict[str, Hits]:
        """Counts once under each key, in windows of `period` seconds; this time is included.

        Atomic: no two callers get the same count.
        """

    def look(self, key: str) -> Hits:
        """The count as it is."""

    def hold(self, key: str, *, count: int, period: int) -> None:
        """Sets a count, in a window of `period` seconds that begins now."""

    def forget(self, key: str) -> None:
        """Ends the window of a key."""
