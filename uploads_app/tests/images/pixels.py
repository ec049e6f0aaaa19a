"""What a decoder makes of a file, in a form that can be compared."""

from __future__ import annotations

import io
import zlib

from PIL import Image

from uploads_app.images.formats import sniff
from uploads_app.images.png_chunks import chunks

Frames = list[tuple[str, tuple[int, int], bytes, object]]


def decoded(data: bytes) -> Frames:
    """Mode, size, samples and display time of every frame. Indexed pictures compare by their colours."""
    frames: Frames = []
    with Image.open(io.BytesIO(data), formats=(sniff(data[:12]).value,)) as image:
        # A JPEG with more pictures behind the first is, here as in a browser, the first.
        count = 1 if image.format in ("JPEG", "MPO") else getattr(image, "n_frames", 1)
        for index in range(count):
            image.seek(index)
            image.load()
            mode = image.mode
            colours = image.convert("RGBA") if mode == "P" else image
            frames.append((mode, image.size, colours.tobytes(), image.info.get("duration")))
            if mode != "P":
                frames[-1] += (image.info.get("transparency"),)  # type: ignore[assignment]
    return frames


def everything_in(data: bytes) -> bytes:
    """The bytes of a file, and those it holds compressed, for a search."""
    if data[:4] != b"\x89PNG":
        return data
    inflated = [data]
    for chunk in chunks(data):
        payload = bytes(chunk.payload)
        for at in range(min(len(payload), 100)):
            if payload[at : at + 1] == b"\x78":
                try:
                    inflated.append(zlib.decompress(payload[at:]))
                except zlib.error:
                    continue
    return b"\0".join(inflated)
