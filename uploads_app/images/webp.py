"""Inspect and rewrite WebP files (RFC 9649) without touching a sample."""

from __future__ import annotations

from .errors import MalformedContainer, TooManyPixels, TruncatedImage
from .exif import ExifFacts, orientation_block, read_exif, removed_kinds
from .formats import ImageFormat
from .icc import rebuild_profile
from .limits import Limits
from .riff import Chunk, bitstream_size, chunk_bytes, chunks, u24
from .sanitised import Sanitised

_ICC_FLAG, _ALPHA_FLAG, _EXIF_FLAG, _ANIMATION_FLAG = 0x20, 0x10, 0x08, 0x02
_BITSTREAMS = (b"VP8 ", b"VP8L")
_FRAME_HEADER_BYTES = 16
# Pillow decodes every WebP as an animation, through four buffers of 4 bytes a pixel. More than this would not
# fit the memory of a decoder process, and saying so by the header is kinder than running out.
_MAX_CANVAS_PIXELS = 30_000_000


def sanitise_webp(data: bytes, limits: Limits) -> Sanitised:
    """Check the structure of a WebP and rewrite it with nothing but what decoding needs.

    Raises CorruptImage and TooManyPixels subclasses.
    """
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise TruncatedImage()
    found = list(chunks(data, 12, end, limits))
    if not found:
        raise TruncatedImage()
    rewriter = _Rewriter(limits)
    if data[end:].strip(b"\0"):
        rewriter.removed.add("trailing_data")
    if found[0].kind == b"VP8X":
        return rewriter.extended(found)
    return rewriter.simple(found)


class _Rewriter:
    def __init__(self, limits: Limits) -> None:
        self.removed: set[str] = set()
        self._limits = limits

    def simple(self, found: list[Chunk]) -> Sanitised:
        """The simple layouts, RFC 9649 2.5 and 2.6: one bitstream chunk; all that follows is ignored."""
        if found[0].kind not in _BITSTREAMS:
            raise MalformedContainer()
        for chunk in found[1:]:
            self._note(chunk)
        size = bitstream_size(found[0])
        self._check_size(size, 1)
        return self._finish(chunk_bytes(found[0]), size, 1, ExifFacts(), None)

    def extended(self, found: list[Chunk]) -> Sanitised:
        """The extended layout, RFC 9649 2.7: a canvas with a still picture or an animation."""
        header = found[0].payload
        if len(header) < 10:
            raise MalformedContainer()
        flags, canvas = header[0], (u24(header, 4) + 1, u24(header, 7) + 1)
        animated = bool(flags & _ANIMATION_FLAG)
        frames = sum(chunk.kind == b"ANMF" for chunk in found) if animated else 1
        self._check_size(canvas, frames)
        facts = self._exif(found)
        profile = self._profile(found)
        body = self._animation(found, canvas) if animated else self._still(found, canvas)
        if facts.orientation > 1:
            body += chunk_bytes(Chunk(b"EXIF", orientation_block(facts.orientation)))
        kept = flags & (_ALPHA_FLAG | _ANIMATION_FLAG)
        kept |= (_ICC_FLAG if profile else 0) | (_EXIF_FLAG if facts.orientation > 1 else 0)
        head = chunk_bytes(Chunk(b"VP8X", bytes((kept, 0, 0, 0)) + header[4:10]))
        if profile:
            head += chunk_bytes(Chunk(b"ICCP", profile))
        return self._finish(head + body, canvas, frames, facts, profile)

    def _still(self, found: list[Chunk], canvas: tuple[int, int]) -> bytes:
        for chunk in found[1:]:
            if chunk.kind not in (b"ALPH", *_BITSTREAMS):
                self._note(chunk)
        alpha, image = _picture(found)
        if bitstream_size(image) != canvas:
            raise MalformedContainer()
        return alpha + chunk_bytes(image)

    def _animation(self, found: list[Chunk], canvas: tuple[int, int]) -> bytes:
        settings = next((chunk for chunk in found if chunk.kind == b"ANIM" and len(chunk.payload) >= 6), None)
        if settings is None:
            raise MalformedContainer()
        frames = []
        for chunk in found[1:]:
            if chunk.kind == b"ANMF":
                frames.append(self._frame(chunk, canvas))
            elif chunk.kind != b"ANIM":
                self._note(chunk)
        if not frames:
            raise MalformedContainer()
        return chunk_bytes(Chunk(b"ANIM", settings.payload[:6])) + b"".join(frames)

    def _frame(self, chunk: Chunk, canvas: tuple[int, int]) -> bytes:
        header = chunk.payload[:_FRAME_HEADER_BYTES]
        if len(header) < _FRAME_HEADER_BYTES:
            raise MalformedContainer()
        left, top, width, height = (
            u24(header, 0) * 2,
            u24(header, 3) * 2,
            u24(header, 6) + 1,
            u24(header, 9) + 1,
        )
        if left + width > canvas[0] or top + height > canvas[1]:
            raise MalformedContainer()
        parts = list(chunks(chunk.payload, _FRAME_HEADER_BYTES, len(chunk.payload), self._limits))
        alpha, image = _picture(parts)
        if bitstream_size(image) != (width, height):
            raise MalformedContainer()
        if any(part.kind not in (b"ALPH", *_BITSTREAMS) for part in parts):
            self.removed.add("other")
        header = header[:15] + bytes((header[15] & 3,))
        return chunk_bytes(Chunk(b"ANMF", header + alpha + chunk_bytes(image)))

    def _exif(self, found: list[Chunk]) -> ExifFacts:
        block = next((chunk.payload for chunk in found if chunk.kind == b"EXIF"), None)
        if block is None:
            return ExifFacts()
        # Some writers put the JPEG segment's prefix here too, against RFC 9649 2.7.1.5.
        block = block.removeprefix(b"Exif\0\0")
        facts = read_exif(block)
        self.removed |= removed_kinds(block, facts)
        return facts

    def _profile(self, found: list[Chunk]) -> bytes | None:
        block = next((chunk.payload for chunk in found if chunk.kind == b"ICCP"), None)
        if block is None:
            return None
        profile = rebuild_profile(block, b"RGB ", self._limits.max_icc_bytes)
        if profile is None:
            self.removed.add("other")
        return profile

    def _note(self, chunk: Chunk) -> None:
        if chunk.kind not in (b"EXIF", b"ICCP", b"ANIM"):
            self.removed.add("xmp" if chunk.kind == b"XMP " else "other")

    def _check_size(self, size: tuple[int, int], frames: int) -> None:
        self._limits.check_pixels(*size, frames)
        if size[0] * size[1] > _MAX_CANVAS_PIXELS:
            raise TooManyPixels("A WebP picture may have at most 30 million pixels.")

    def _finish(
        self, body: bytes, size: tuple[int, int], frames: int, facts: ExifFacts, profile: bytes | None
    ) -> Sanitised:
        return Sanitised(
            format=ImageFormat.WEBP,
            data=b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body,
            width=size[0],
            height=size[1],
            frames=frames,
            orientation=facts.orientation,
            removed=frozenset(self.removed),
            icc_profile=profile,
        )


def _picture(parts: list[Chunk]) -> tuple[bytes, Chunk]:
    """The first bitstream chunk, and the bytes of the alpha chunk before it if it is lossy."""
    image = next((part for part in parts if part.kind in _BITSTREAMS), None)
    if image is None:
        raise MalformedContainer()
    alpha = next((part for part in parts[: parts.index(image)] if part.kind == b"ALPH"), None)
    return (chunk_bytes(alpha) if alpha and image.kind == b"VP8 " else b""), image
