"""What every container rewriter hands back."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from .formats import ImageFormat


@dataclass(frozen=True, slots=True)
class Sanitised:
    """A rewritten file and the facts read on the way.

    `width` and `height` are of the stored pixels, in px, before `orientation` (EXIF 1..8) is applied.
    `removed` names the kinds of data left out. `expanded`, if any, holds the same picture in a form that
    decodes faster than `data`.
    """

    format: ImageFormat
    data: bytes
    width: int
    height: int
    frames: int
    orientation: int
    removed: frozenset[str]
    icc_profile: bytes | None
    expanded: Callable[[], BinaryIO] | None = None

    @property
    def upright_size(self) -> tuple[int, int]:
        """(width, height) in px once `orientation` is applied; values 5 to 8 swap the sides."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)

    def open(self) -> BinaryIO:
        """Open the picture for decoding."""
        return self.expanded() if self.expanded else io.BytesIO(self.data)
