"""Bounds that a picture must keep, checked against its headers before anything is decoded."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import FileTooLarge, SideTooLong, TooManyFrames, TooManyPixels, TooManyScans

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Largest accepted values, each inclusive.

    `max_pixels` bounds width × height × frames. `max_side` is the longest side WebP can hold, so that
    every rendition of an accepted picture can be written. `max_scans` bounds SOS markers of a JPEG: decoding
    costs a pass over the whole picture for each. A colour profile above `max_icc_bytes` is dropped.
    """

    max_bytes: int = 10 * MIB
    max_pixels: int = 50_000_000
    max_side: int = 16_383
    max_frames: int = 100
    max_scans: int = 100
    max_icc_bytes: int = MIB

    def check_bytes(self, size: int) -> None:
        """Raise FileTooLarge if `size`, in bytes, is over the limit."""
        if size > self.max_bytes:
            raise FileTooLarge(f"The file is larger than {self.max_bytes // MIB} MB.")

    def check_pixels(self, width: int, height: int, frames: int = 1) -> None:
        """Raise SideTooLong, TooManyFrames or TooManyPixels; sides in pixels."""
        if max(width, height) > self.max_side:
            raise SideTooLong(f"A side of the picture is longer than {self.max_side} pixels.")
        if frames > self.max_frames:
            raise TooManyFrames(f"The animation has more than {self.max_frames} frames.")
        if width * height * frames > self.max_pixels:
            raise TooManyPixels(f"The picture has more than {self.max_pixels // 1_000_000} million pixels.")

    def check_scans(self, scans: int) -> None:
        """Raise TooManyScans if a JPEG holds more than `max_scans` scans."""
        if scans > self.max_scans:
            raise TooManyScans(f"The JPEG picture is stored in more than {self.max_scans} passes.")
