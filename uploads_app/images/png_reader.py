"""Sort the chunks of a PNG or APNG into a picture, checking their order (PNG third edition, 5.6, 11.3.6)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .errors import ChecksumMismatch, MalformedContainer
from .limits import Limits
from .png_chunks import GREY, INDEXED, RGB, Chunk, Header, chunk_bytes, chunks, parse_header
from .png_metadata import Metadata

_TRANSPARENCY_BYTES = {GREY: 2, RGB: 6}
_SEEN_BY_DECODERS = frozenset((b"tRNS", b"acTL", b"fcTL", b"fdAT"))


@dataclass(slots=True)
class Frame:
    """One coded picture. `control` is its fcTL without the sequence number, None for a still picture."""

    header: Header
    control: bytes | None
    parts: list[memoryview] = field(default_factory=list)
    stream: bytes = b""


@dataclass(slots=True)
class Picture:
    """A whole file, sorted; `plays` is the acTL payload of an animation."""

    header: Header
    metadata: Metadata
    palette: bytes = b""
    transparency: bytes = b""
    plays: bytes = b""
    frames: list[Frame] = field(default_factory=list)

    @property
    def animated(self) -> bool:
        return bool(self.plays)

    @property
    def frame_count(self) -> int:
        return sum(frame.control is not None for frame in self.frames) or 1

    def transparency_chunk(self) -> bytes:
        """tRNS of a picture without palette, cut to its defined length."""
        length = _TRANSPARENCY_BYTES.get(self.header.colour_type)
        if length is None or len(self.transparency) < length:
            return b""
        return chunk_bytes(b"tRNS", self.transparency[:length])

    def use_bytes_per_index(self) -> None:
        """Declare one byte per pixel and no interlacing, as reindexed rows have it."""
        self.header = replace(self.header, depth=8, interlaced=False)

    def animation_chunks(self) -> bytes:
        """Image data of all frames, with the control chunks of an animation, numbered anew."""
        out = [chunk_bytes(b"acTL", self.plays)] if self.animated else []
        number = 0
        for index, frame in enumerate(self.frames):
            if frame.control is not None:
                out.append(chunk_bytes(b"fcTL", number.to_bytes(4, "big") + frame.control))
                number += 1
            if index == 0:
                out.append(chunk_bytes(b"IDAT", frame.stream))
            else:
                out.append(chunk_bytes(b"fdAT", number.to_bytes(4, "big") + frame.stream))
                number += 1
        return b"".join(out)


def read_png(data: bytes, limits: Limits) -> Picture:
    """Read a file; raises CorruptImage and TooManyPixels subclasses."""
    stream = chunks(data)
    header = parse_header(next(stream), limits)
    reader = _Reader(header, limits)
    end = 0
    for chunk in stream:
        reader.add(chunk)
        end = chunk.end
    if data[end:].strip(b"\0"):
        reader.picture.metadata.removed.add("trailing_data")
    return reader.finish()


class _Reader:
    def __init__(self, header: Header, limits: Limits) -> None:
        self.picture = Picture(header, Metadata(header, limits))
        self._limits = limits
        self._still: Frame | None = None
        self._current: Frame | None = None
        self._previous = b"IHDR"
        self._number = 0

    def add(self, chunk: Chunk) -> None:
        if not chunk.sound and chunk.kind in _SEEN_BY_DECODERS:
            raise ChecksumMismatch()
        match chunk.kind:
            case b"IHDR":
                raise MalformedContainer()
            case b"PLTE":
                self._add_palette(chunk)
            case b"IDAT":
                self._add_image_data(chunk)
            case b"tRNS" if self._still is None and not self.picture.transparency:
                self.picture.transparency = bytes(chunk.payload)
            case b"acTL" if self._still is None and not self.picture.animated:
                self._add_animation(chunk)
            case b"fcTL" if self.picture.animated:
                self._add_control(chunk)
            case b"fdAT" if self.picture.animated:
                self._add_frame_data(chunk)
            case b"IEND":
                pass
            case _:
                self.picture.metadata.add(chunk)
        self._previous = chunk.kind

    def _add_palette(self, chunk: Chunk) -> None:
        if self._still is not None or self.picture.palette:
            raise MalformedContainer()
        self.picture.palette = bytes(chunk.payload)
        if self.picture.header.colour_type != INDEXED:
            # Only a suggestion for displays of few colours.
            self.picture.metadata.removed.add("other")

    def _add_image_data(self, chunk: Chunk) -> None:
        if self._still is None:
            self._still = self._current or Frame(self.picture.header, None)
            if self._still.header != self.picture.header:
                raise MalformedContainer()
            self.picture.frames.append(self._still)
        elif self._previous != b"IDAT":
            raise MalformedContainer()
        self._still.parts.append(chunk.payload)

    def _add_animation(self, chunk: Chunk) -> None:
        count = int.from_bytes(chunk.payload[:4], "big")
        if len(chunk.payload) != 8 or not count:
            raise MalformedContainer()
        self._limits.check_pixels(self.picture.header.width, self.picture.header.height, count)
        self.picture.plays = bytes(chunk.payload)

    def _add_control(self, chunk: Chunk) -> None:
        data = bytes(chunk.payload)
        if len(data) != 26 or (self._still is None and self._current is not None):
            raise MalformedContainer()
        self._check_number(data)
        width, height, left, top = (int.from_bytes(data[at : at + 4], "big") for at in (4, 8, 12, 16))
        whole = self.picture.header
        if not width or not height or left + width > whole.width or top + height > whole.height:
            raise MalformedContainer()
        if data[24] > 2 or data[25] > 1:
            raise MalformedContainer()
        self._current = Frame(replace(whole, width=width, height=height), data[4:])
        if self._still is not None:
            self.picture.frames.append(self._current)

    def _add_frame_data(self, chunk: Chunk) -> None:
        if self._current is None or self._current is self._still or self._still is None:
            raise MalformedContainer()
        self._check_number(bytes(chunk.payload[:4]))
        self._current.parts.append(chunk.payload[4:])

    def _check_number(self, data: bytes) -> None:
        if len(data) < 4 or int.from_bytes(data[:4], "big") != self._number:
            raise MalformedContainer()
        self._number += 1

    def finish(self) -> Picture:
        if self._still is None:
            raise MalformedContainer()
        declared = int.from_bytes(self.picture.plays[:4], "big") or 1
        if declared != self.picture.frame_count or (self.picture.animated and self._number == 0):
            raise MalformedContainer()
        return self.picture
