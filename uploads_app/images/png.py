"""Inspect and rewrite PNG and APNG files (PNG third edition) without changing a visible sample."""

from __future__ import annotations

import re
from typing import BinaryIO

from .formats import ImageFormat
from .limits import MIB, Limits
from .png_chunks import SIGNATURE, chunk_bytes
from .png_palette import Palette, reindexed
from .png_reader import Frame, Picture, read_png
from .png_rows import Inflater, check_filters, deflated, raw_size, stored_png
from .sanitised import Sanitised

# Rows up to this size are kept inflated between the check and the decode, which saves a second inflation.
_MAX_KEPT_BYTES = 64 * MIB
_MARKUP = re.compile(rb"<(?:\?php|\?=[$`]|(?i:script|svg|html|!doctype))")


def sanitise_png(data: bytes, limits: Limits) -> Sanitised:
    """Check structure, checksums and rows of a PNG and rewrite it with nothing but what decoding needs.

    Raises CorruptImage and TooManyPixels subclasses.
    """
    picture = read_png(data, limits)
    palette = Palette.of(picture)
    expanded: BinaryIO | None = None
    if palette is not None and palette.reads_as_text and not palette.in_order:
        head = _reindex(picture, palette)
    else:
        head = picture.header.chunk() + picture.metadata.chunks(picture.header)
        head += palette.chunks() if palette else picture.transparency_chunk()
        expanded = _check(picture, head)
    return Sanitised(
        format=ImageFormat.PNG,
        data=SIGNATURE + head + picture.animation_chunks() + chunk_bytes(b"IEND", b""),
        width=picture.header.width,
        height=picture.header.height,
        frames=picture.frame_count,
        orientation=picture.metadata.exif.orientation,
        removed=frozenset(picture.metadata.removed),
        icc_profile=picture.metadata.profile,
        expanded=(lambda: expanded) if expanded else None,
    )


def _check(picture: Picture, head: bytes) -> BinaryIO | None:
    """Check the rows of every frame and cut their streams to size; return the expanded picture, if small."""
    if picture.animated or raw_size(picture.header) > _MAX_KEPT_BYTES:
        for frame in picture.frames:
            inflater = Inflater(frame.parts, raw_size(frame.header))
            for _ in check_filters(inflater.blocks(), frame.header):
                pass
            frame.stream = _clean_stream(frame, inflater)
        return None
    still = picture.frames[0]
    inflater = Inflater(still.parts, raw_size(still.header))
    expanded = stored_png(head, check_filters(inflater.blocks(), still.header))
    still.stream = _clean_stream(still, inflater)
    return expanded


def _clean_stream(frame: Frame, inflater: Inflater) -> bytes:
    """The frame's zlib stream, compressed anew if it goes on past the picture or reads as markup.

    Pixels can be chosen so that their compressed form is a script; another compressor writes other bytes.
    """
    if not inflater.oversized:
        stream = inflater.stream
        if _MARKUP.search(stream) is None:
            return stream
    return deflated(Inflater(frame.parts, raw_size(frame.header)).blocks(), raw_size(frame.header))


def _reindex(picture: Picture, palette: Palette) -> bytes:
    """Put the palette in another order, and the pixels with it; return the new head of the file."""
    for frame in picture.frames:
        inflater = Inflater(frame.parts, raw_size(frame.header))
        expanded = stored_png(
            frame.header.chunk() + palette.chunks(), check_filters(inflater.blocks(), frame.header)
        )
        frame.stream = deflated(reindexed(expanded, palette), frame.header.width * frame.header.height)
    picture.use_bytes_per_index()
    picture.metadata.removed.add("other")
    return picture.header.chunk() + picture.metadata.chunks(picture.header) + palette.reordered().chunks()
