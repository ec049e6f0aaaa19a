"""Palettes of indexed PNGs (PNG third edition, 11.2.2, 11.3.1.1), and how to break text hidden in one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

from .errors import DecoderFailure, MalformedContainer
from .png_chunks import INDEXED, chunk_bytes
from .png_reader import Picture

_TEXT = re.compile(rb"<[?!A-Za-z]|[\t\n\r\x20-\x7e]{12}")


@dataclass(frozen=True, slots=True)
class Palette:
    """`colours` are RGB triples, `alphas` the opacity of the first of them."""

    colours: tuple[bytes, ...]
    alphas: bytes

    @staticmethod
    def of(picture: Picture) -> Palette | None:
        """The palette of an indexed picture, None for any other; raises MalformedContainer."""
        if picture.header.colour_type != INDEXED:
            return None
        data = picture.palette
        if not data or len(data) % 3 or len(data) // 3 > 1 << picture.header.depth:
            raise MalformedContainer("The palette of the PNG is damaged.")
        colours = tuple(data[at : at + 3] for at in range(0, len(data), 3))
        return Palette(colours, picture.transparency[: len(colours)])

    @property
    def reads_as_text(self) -> bool:
        """Whether the bytes could carry a message; dark palettes may, too, and lose nothing but time."""
        return any(_TEXT.search(data) for data in (b"".join(self.colours), self.alphas))

    @property
    def order(self) -> list[int]:
        """A fixed order of the entries that nobody can choose: by digest of colour and alpha."""
        padded = self.alphas.ljust(len(self.colours), b"\xff")
        keys = [hashlib.sha256(colour + padded[i : i + 1]).digest() for i, colour in enumerate(self.colours)]
        return sorted(range(len(keys)), key=keys.__getitem__)

    @property
    def in_order(self) -> bool:
        """Whether nothing is left to reorder; what still looks like text then does so by chance."""
        return self.order == list(range(len(self.colours)))

    def reordered(self) -> Palette:
        """The same entries in `order`."""
        padded = self.alphas.ljust(len(self.colours), b"\xff")
        alphas = bytes(padded[i] for i in self.order).rstrip(b"\xff")
        return Palette(tuple(self.colours[i] for i in self.order), alphas)

    def chunks(self) -> bytes:
        """PLTE, and tRNS if there is one."""
        plte = chunk_bytes(b"PLTE", b"".join(self.colours))
        return plte + (chunk_bytes(b"tRNS", self.alphas) if self.alphas else b"")


def reindexed(expanded: BinaryIO, palette: Palette) -> Iterator[bytes]:
    """Yield the rows of an indexed picture for the reordered palette: a byte per index, filter type none."""
    new_index = list(range(256))
    for new, old in enumerate(palette.order):
        new_index[old] = new
    table = bytes(new_index)
    with Image.open(expanded, formats=("PNG",)) as image:
        if image.mode != "P":
            raise DecoderFailure()
        width, height, indices = image.width, image.height, image.tobytes()
    for row in range(height):
        yield b"\0" + indices[row * width : (row + 1) * width].translate(table)
