"""Walk the marker segments of a JPEG without decoding it (ITU-T T.81 annex B)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import MalformedContainer, TruncatedImage, UnsupportedCoding

SOI, EOI, SOS, DQT, DHT, DAC, DRI, DNL, COM, TEM = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xCC, 0xDD, 0xDC, 0xFE, 0x01
SOF_HUFFMAN = (0xC0, 0xC1, 0xC2)
PROGRESSIVE = 0xC2
_SOF_OTHER = frozenset((0xC3, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF))
_RESTARTS = range(0xD0, 0xD8)
# Entropy-coded data ends at the first 0xFF that is neither stuffed (00), a restart (D0..D7) nor fill (FF).
# One regular expression passes millions of bytes in the time a loop needs for thousands.
_SCAN_END = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


@dataclass(frozen=True, slots=True)
class Segment:
    """`payload` excludes marker and length; `entropy` follows an SOS; `skipped` counts junk before it."""

    marker: int
    payload: bytes
    entropy: bytes = b""
    skipped: int = 0
    end: int = 0


def segments(data: bytes) -> Iterator[Segment]:
    """Yield every segment after SOI, EOI last. Raises CorruptImage subclasses."""
    at = 2
    while True:
        found = data.find(b"\xff", at)
        start = found
        while found >= 0 and data[found : found + 1] == b"\xff":
            found += 1
        if found < 0 or found >= len(data):
            raise TruncatedImage()
        marker, body = data[found], found + 1
        if marker == EOI:
            yield Segment(EOI, b"", skipped=start - at, end=body)
            return
        if marker in (0, TEM) or marker in _RESTARTS:
            at = body
            continue
        segment = _segment(data, marker, body, start - at)
        yield segment
        at = segment.end


def _segment(data: bytes, marker: int, body: int, skipped: int) -> Segment:
    if marker in _SOF_OTHER or marker == DAC:
        raise UnsupportedCoding("The JPEG picture is lossless, hierarchical or arithmetic-coded.")
    if marker < 0xC0 or marker == SOI or 0xF0 <= marker <= 0xFD:
        raise MalformedContainer()
    length = int.from_bytes(data[body : body + 2], "big")
    if length < 2:
        raise MalformedContainer()
    end = body + length
    if end > len(data):
        raise TruncatedImage()
    payload = data[body + 2 : end]
    if marker != SOS:
        return Segment(marker, payload, skipped=skipped, end=end)
    stop = _SCAN_END.search(data, end)
    if stop is None:
        raise TruncatedImage()
    return Segment(marker, payload, data[end : stop.start()], skipped, stop.start())
