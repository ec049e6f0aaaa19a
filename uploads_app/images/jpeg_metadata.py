"""Application segments of a JPEG: which carry colour or orientation, and what kind of data the others are."""

from __future__ import annotations

from .exif import ExifFacts, orientation_block, read_exif, removed_kinds
from .icc import rebuild_profile
from .jpeg_segments import COM, DNL, Segment
from .limits import Limits

_APP0, _APP1, _APP2, _APP13, _APP14 = 0xE0, 0xE1, 0xE2, 0xED, 0xEE
_EXIF, _ICC, _ADOBE = b"Exif\0", b"ICC_PROFILE\0", b"Adobe"
_ICC_CHUNK = 65_519


class Metadata:
    """Collects application segments as they are met, and writes back the canonical few."""

    def __init__(self, limits: Limits) -> None:
        self.removed: set[str] = set()
        self.exif = ExifFacts()
        self._limits = limits
        self._jfif = False
        self._adobe: bytes | None = None
        self._exif_seen = False
        self._icc: dict[int, bytes] = {}
        self._icc_counts: set[int] = set()
        self._icc_repeats = False

    def add(self, segment: Segment, *, before_scan: bool) -> None:
        """Take one APPn, COM or unknown segment in; those after the first scan can only be dropped."""
        marker, payload = segment.marker, segment.payload
        if marker == _APP0 and payload[:5] == b"JFIF\0" and len(payload) >= 14 and before_scan:
            self._jfif = True
            if len(payload) > 14:
                self.removed.add("thumbnail")
        elif marker == _APP14 and payload[:5] == _ADOBE and len(payload) >= 12 and before_scan:
            self._adobe = payload[:12]
            if len(payload) > 12:
                self.removed.add("other")
        elif marker == _APP2 and payload[:12] == _ICC and len(payload) >= 14 and before_scan:
            self._add_icc(payload)
        elif marker == _APP1 and payload[:5] == _EXIF and not self._exif_seen and before_scan:
            self._exif_seen = True
            self.exif = read_exif(payload[6:])
            self.removed |= removed_kinds(payload[6:], self.exif)
        else:
            self.removed.add(_kind(marker, payload))

    def profile(self, colour_space: bytes) -> bytes | None:
        """The rebuilt ICC profile, if the file holds a complete and sound one (ICC.1:2022 annex B.4)."""
        if not self._icc:
            return None
        profile = None
        if (
            not self._icc_repeats
            and self._icc_counts == {len(self._icc)} == {max(self._icc)}
            and 0 not in self._icc
        ):
            joined = b"".join(self._icc[number] for number in sorted(self._icc))
            profile = rebuild_profile(joined, colour_space, self._limits.max_icc_bytes)
        if profile is None:
            self.removed.add("other")
        return profile

    def rewritten(self, profile: bytes | None) -> bytes:
        """The canonical segments: JFIF, orientation, colour profile, Adobe colour transform."""
        out = b""
        if self._jfif:
            out += segment_bytes(_APP0, b"JFIF\0\x01\x02\x00\x00\x01\x00\x01\x00\x00")
        if self.exif.orientation > 1:
            out += segment_bytes(_APP1, _EXIF + b"\0" + orientation_block(self.exif.orientation))
        if profile:
            parts = [profile[at : at + _ICC_CHUNK] for at in range(0, len(profile), _ICC_CHUNK)]
            for number, part in enumerate(parts, 1):
                out += segment_bytes(_APP2, _ICC + bytes((number, len(parts))) + part)
        if self._adobe:
            # Version and flags are not read by any decoder; the last byte, the colour transform, is.
            out += segment_bytes(_APP14, _ADOBE + b"\x00\x64\x00\x00\x00\x00" + self._adobe[11:])
        return out

    def _add_icc(self, payload: bytes) -> None:
        number, count = payload[12], payload[13]
        self._icc_repeats |= number in self._icc
        self._icc[number] = payload[14:]
        self._icc_counts.add(count)


def segment_bytes(marker: int, payload: bytes) -> bytes:
    """Marker, length and payload of one segment."""
    return bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload


def _kind(marker: int, payload: bytes) -> str:
    if marker == COM:
        return "comment"
    if marker == DNL:
        return "other"
    if marker == _APP0 and payload[:5] == b"JFXX\0":
        return "thumbnail"
    if marker == _APP1 and payload[:5] == _EXIF:
        return "exif"
    if marker == _APP1 and payload.startswith((b"http://ns.adobe.com/", b"XMP\0")):
        return "xmp"
    if marker == _APP13:
        return "iptc"
    return "other"
