"""Inspect and rewrite JPEG files without touching a sample (ITU-T T.81 annex B, T.871, ICC.1:2022 B.4)."""

from __future__ import annotations

from .errors import MalformedContainer, TooManyPixels, TruncatedImage
from .formats import ImageFormat
from .jpeg_frame import Frame, Scan, TableKey, parse_frame, parse_scan, split_huffman, split_quantisers
from .jpeg_metadata import Metadata, segment_bytes
from .jpeg_segments import DHT, DQT, DRI, EOI, SOF_HUFFMAN, SOS, Segment, segments
from .jpeg_tail import without_text_tail
from .limits import Limits
from .sanitised import Sanitised

# A decoder keeps every coefficient of a picture of several scans, 2 bytes each, until the last one.
_MAX_COEFFICIENT_BYTES = 320_000_000


def sanitise_jpeg(data: bytes, limits: Limits) -> Sanitised:
    """Check the structure of a JPEG and rewrite it with nothing but what decoding needs.

    Tables are written just before the scan that reads them, so unused and superseded ones vanish.
    Raises CorruptImage and TooManyPixels subclasses.
    """
    rewriter = _Rewriter(limits)
    for segment in segments(data):
        rewriter.add(segment)
    return rewriter.finish(data, segment.end)


class _Rewriter:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._metadata = Metadata(limits)
        self._frame: Frame | None = None
        self._frame_payload = b""
        self._quantisers: dict[int, bytes] = {}
        self._huffman: dict[TableKey, bytes] = {}
        self._restart: bytes | None = None
        self._latched: set[int] = set()
        self._scans = 0
        self._body: list[bytes] = []
        self._complete = False

    def add(self, segment: Segment) -> None:
        marker, payload = segment.marker, segment.payload
        if segment.skipped:
            self._metadata.removed.add("other")
        if marker in SOF_HUFFMAN:
            if self._frame is not None:
                raise MalformedContainer()
            self._frame, self._frame_payload = parse_frame(marker, payload, self._limits), payload
        elif marker == SOS:
            self._add_scan(segment)
        elif marker == DQT:
            self._quantisers |= split_quantisers(payload)
        elif marker == DHT:
            self._huffman |= split_huffman(payload)
        elif marker == DRI:
            if len(payload) != 2:
                raise MalformedContainer()
            self._restart = payload
        elif marker != EOI:
            self._metadata.add(segment, before_scan=self._scans == 0)

    def _add_scan(self, segment: Segment) -> None:
        self._scans += 1
        self._limits.check_scans(self._scans)
        if self._frame is None or self._complete:
            raise MalformedContainer()
        scan = parse_scan(segment.payload, self._frame)
        self._write_tables(self._frame, scan)
        self._body += [segment_bytes(SOS, segment.payload), segment.entropy]
        # Decoders stop reading a sequential picture after the scan that holds every component, so bytes of a
        # later one would be stored and never seen.
        whole = len(scan.component_ids) == len(self._frame.components)
        self._complete = whole and not self._frame.progressive
        if not self._complete and self._scans == 1:
            _check_coefficients(self._frame)

    def _write_tables(self, frame: Frame, scan: Scan) -> None:
        wanted = {
            c.quantiser for c in frame.components if c.id in scan.component_ids and c.id not in self._latched
        }
        self._latched |= set(scan.component_ids)
        for table in sorted(wanted & self._quantisers.keys()):
            self._body.append(segment_bytes(DQT, self._quantisers.pop(table)))
        if self._scans == 1:
            self._body.append(segment_bytes(frame.coding, self._frame_payload))
        for key in sorted(self._huffman.keys() & set(scan.tables)):
            self._body.append(segment_bytes(DHT, self._huffman.pop(key)))
        if self._restart is not None:
            self._body.append(segment_bytes(DRI, self._restart))
            self._restart = None

    def finish(self, data: bytes, end: int) -> Sanitised:
        if self._frame is None or not self._scans:
            raise TruncatedImage()
        if data[end:].strip(b"\0"):
            self._metadata.removed.add("trailing_data")
        profile = self._metadata.profile(self._frame.colour_space)
        body = b"\xff\xd8" + self._metadata.rewritten(profile) + b"".join(self._body[:-1])
        scan = without_text_tail(body, self._body[-1])
        if scan != self._body[-1]:
            self._metadata.removed.add("trailing_data")
        return Sanitised(
            format=ImageFormat.JPEG,
            data=b"".join((body, scan, b"\xff\xd9")),
            width=self._frame.width,
            height=self._frame.height,
            frames=1,
            orientation=self._metadata.exif.orientation,
            removed=frozenset(self._metadata.removed),
            icc_profile=profile,
        )


def _check_coefficients(frame: Frame) -> None:
    tallest = max(c.vertical for c in frame.components)
    widest = max(c.horizontal for c in frame.components)
    share = sum(c.horizontal * c.vertical for c in frame.components) / (tallest * widest)
    if frame.width * frame.height * share * 2 > _MAX_COEFFICIENT_BYTES:
        raise TooManyPixels("The progressive JPEG picture has too many samples.")
