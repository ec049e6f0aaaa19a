"""The three accepted formats, told apart by their signatures alone."""

from __future__ import annotations

from enum import Enum

from .errors import UnsupportedMediaType


class ImageFormat(Enum):
    """An accepted format; its value is the name of the one Pillow plugin that may read it."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"

    @property
    def content_type(self) -> str:
        return f"image/{self.value.lower()}"

    @property
    def extension(self) -> str:
        return "jpg" if self is ImageFormat.JPEG else self.value.lower()


def sniff(head: bytes) -> ImageFormat:
    """Name the format of a file by its first 12 bytes; raises UnsupportedMediaType for any other.

    Signatures: ITU-T T.81 B.1.1.3 (SOI and the marker after it), PNG (third edition) 5.2, RFC 9649 2.4.
    """
    if head[:3] == b"\xff\xd8\xff":
        return ImageFormat.JPEG
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return ImageFormat.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return ImageFormat.WEBP
    raise UnsupportedMediaType()
