"""Ancillary chunks of a PNG: which carry colour or orientation, and what kind of data the others are."""

from __future__ import annotations

import zlib

from .exif import ExifFacts, orientation_block, read_exif, removed_kinds
from .icc import rebuild_profile
from .limits import Limits
from .png_chunks import Chunk, Header, chunk_bytes

_LENGTHS = {b"sRGB": 1, b"gAMA": 4, b"cHRM": 32, b"cICP": 4}
_TEXT = frozenset((b"tEXt", b"zTXt", b"iTXt"))
_KEYWORDS = {
    b"XML:com.adobe.xmp": "xmp",
    b"Raw profile type xmp": "xmp",
    b"Raw profile type exif": "exif",
    b"Raw profile type APP1": "exif",
    b"Raw profile type iptc": "iptc",
    b"Raw profile type 8bim": "iptc",
}
_LARGEST_GAMMA, _LARGEST_CHROMATICITY = 1_000_000, 100_000


class Metadata:
    """Collects ancillary chunks as they are met, and writes back the canonical few."""

    def __init__(self, header: Header, limits: Limits) -> None:
        self.removed: set[str] = set()
        self.exif = ExifFacts()
        self.profile: bytes | None = None
        self._header = header
        self._limits = limits
        self._exif_seen = False
        self._colour: dict[bytes, bytes] = {}

    def add(self, chunk: Chunk) -> None:
        """Take one ancillary chunk in. Damaged or repeated ones are dropped, not worth a refusal."""
        payload = bytes(chunk.payload) if chunk.sound else b""
        if chunk.kind == b"eXIf" and chunk.sound and not self._exif_seen:
            self._exif_seen = True
            # Some writers put the JPEG segment's prefix here too.
            payload = payload.removeprefix(b"Exif\0\0")
            self.exif = read_exif(payload)
            self.removed |= removed_kinds(payload, self.exif)
        elif chunk.kind == b"iCCP" and self.profile is None and chunk.sound:
            self.profile = self._inflate_profile(payload)
            if self.profile is None:
                self.removed.add("other")
        elif _LENGTHS.get(chunk.kind) == len(payload) and chunk.kind not in self._colour:
            self._colour[chunk.kind] = payload
        else:
            self.removed.add(_kind(chunk))

    def chunks(self, header: Header) -> bytes:
        """The canonical chunks, in the order that must precede PLTE; the strongest colour statement wins."""
        out = b""
        cicp, srgb = self._colour.get(b"cICP"), self._colour.get(b"sRGB")
        if cicp is not None:
            out += chunk_bytes(b"cICP", cicp)
        if self.profile is not None:
            out += chunk_bytes(b"iCCP", b"icc\0\0" + zlib.compress(self.profile))
        elif srgb is not None and srgb[0] <= 3:
            out += chunk_bytes(b"sRGB", srgb)
        else:
            out += self._gamma()
        if self.exif.orientation > 1:
            out += chunk_bytes(b"eXIf", orientation_block(self.exif.orientation))
        return out

    def _gamma(self) -> bytes:
        out = b""
        gamma, points = self._colour.get(b"gAMA"), self._colour.get(b"cHRM")
        if gamma is not None and 0 < int.from_bytes(gamma, "big") <= _LARGEST_GAMMA:
            out += chunk_bytes(b"gAMA", gamma)
        if points is not None:
            values = [int.from_bytes(points[at : at + 4], "big") for at in range(0, 32, 4)]
            if all(value <= _LARGEST_CHROMATICITY for value in values):
                out += chunk_bytes(b"cHRM", points)
        return out

    def _inflate_profile(self, payload: bytes) -> bytes | None:
        name, separator, rest = payload.partition(b"\0")
        if not separator or len(name) > 79 or rest[:1] != b"\0":
            return None
        inflate = zlib.decompressobj()
        try:
            profile = inflate.decompress(rest[1:], self._limits.max_icc_bytes + 1)
        except zlib.error:
            return None
        if not inflate.eof:
            return None
        space = b"GRAY" if self._header.has_grey else b"RGB "
        return rebuild_profile(profile, space, self._limits.max_icc_bytes)


def _kind(chunk: Chunk) -> str:
    if chunk.kind in _TEXT:
        return _KEYWORDS.get(bytes(chunk.payload[:80]).partition(b"\0")[0], "text")
    return "exif" if chunk.kind == b"eXIf" else "other"
