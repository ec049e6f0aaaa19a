"""Why a picture was refused. Each reason is its own class; `code` is the stable word clients see."""

from __future__ import annotations

from typing import ClassVar


class ImageError(Exception):
    """A picture, or the machinery around it, failed; `str(error)` is a sentence for a person."""

    code: ClassVar[str] = "image_error"
    sentence: ClassVar[str] = "The picture could not be processed."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.sentence)


class UnsupportedMediaType(ImageError):
    code = "unsupported_media_type"
    sentence = "Only JPEG, PNG and WebP pictures are accepted."


class CorruptImage(ImageError):
    code = "corrupt_image"
    sentence = "The picture is damaged and cannot be read completely."


class TruncatedImage(CorruptImage):
    sentence = "The picture ends before all of its data has arrived."


class MalformedContainer(CorruptImage):
    sentence = "The structure of the picture file breaks the rules of its format."


class ChecksumMismatch(CorruptImage):
    sentence = "A checksum inside the picture does not match its data."


class UnsupportedCoding(CorruptImage):
    sentence = "The picture uses a variant of its format that common viewers cannot show."


class DecoderFailure(CorruptImage):
    sentence = "The picture could not be decoded."


class DecoderCrashed(CorruptImage):
    sentence = "The picture made its decoder fail."


class DecoderTimeout(CorruptImage):
    sentence = "The picture takes too long to decode."


class DecoderOutOfMemory(CorruptImage):
    sentence = "The picture takes too much memory to decode."


class TooManyPixels(ImageError):
    code = "too_many_pixels"
    sentence = "The picture has too many pixels."


class SideTooLong(TooManyPixels):
    sentence = "The picture is too wide or too high."


class TooManyFrames(TooManyPixels):
    sentence = "The animation has too many frames."


class TooManyScans(TooManyPixels):
    sentence = "The JPEG picture is stored in too many passes."


class FileTooLarge(ImageError):
    code = "file_too_large"
    sentence = "The file is too large."


class SandboxUnavailable(ImageError):
    """The pool could not take the work; the picture is not at fault, the same call may succeed later."""

    code = "unavailable"
    sentence = "Pictures cannot be processed right now; please try again."


class DecoderLate(SandboxUnavailable):
    """Time by the clock ran out, and little of it was spent on the processor: the machine was busy.

    Or the decoder stood still, or could not say how much it was, which looks the same. So who tries again by
    itself does so a few times only.
    """
