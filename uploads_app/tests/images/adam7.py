"""Interlaced PNGs, which Pillow reads but cannot write (PNG third edition, 8.1)."""

from __future__ import annotations

import random
import zlib

from uploads_app.images.png_chunks import INDEXED, SIGNATURE, Header, chunk_bytes
from uploads_app.images.png_rows import passes


def interlaced_png(size: tuple[int, int], *, colour_type: int, depth: int, seed: int = 3) -> bytes:
    """An interlaced picture of random samples, every row with a random filter."""
    header = Header(*size, depth, colour_type, interlaced=True)
    source = random.Random(seed)
    raw = b"".join(
        bytes((source.randrange(5),)) + source.randbytes(part.stride - 1)
        for part in passes(header)
        for _ in range(part.rows)
    )
    palette = chunk_bytes(b"PLTE", source.randbytes(3 << depth)) if colour_type == INDEXED else b""
    image_data = chunk_bytes(b"IDAT", zlib.compress(raw))
    return SIGNATURE + header.chunk() + palette + image_data + chunk_bytes(b"IEND", b"")
