"""Frame headers, scan headers and tables of a JPEG (ITU-T T.81 B.2.2 to B.2.4)."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import MalformedContainer, UnsupportedCoding
from .jpeg_segments import PROGRESSIVE
from .limits import Limits

TableKey = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Component:
    """One colour component; `quantiser` is the id of its DQT table."""

    id: int
    horizontal: int
    vertical: int
    quantiser: int


@dataclass(frozen=True, slots=True)
class Frame:
    """Width and height in px; `coding` is the SOF marker's second byte."""

    coding: int
    width: int
    height: int
    components: tuple[Component, ...]

    @property
    def progressive(self) -> bool:
        return self.coding == PROGRESSIVE

    @property
    def colour_space(self) -> bytes:
        """The ICC signature of the colour space a profile for this picture must have."""
        return {1: b"GRAY", 3: b"RGB "}.get(len(self.components), b"CMYK")


def parse_frame(marker: int, payload: bytes, limits: Limits) -> Frame:
    """Parse an SOF payload; raises CorruptImage and TooManyPixels subclasses."""
    if len(payload) < 6:
        raise MalformedContainer()
    precision, count = payload[0], payload[5]
    height, width = int.from_bytes(payload[1:3], "big"), int.from_bytes(payload[3:5], "big")
    if precision != 8:
        raise UnsupportedCoding("The JPEG picture does not have 8 bits per sample.")
    if count not in (1, 3, 4) or len(payload) != 6 + 3 * count or not width or not height:
        raise MalformedContainer()
    limits.check_pixels(width, height)
    components = tuple(
        Component(payload[at], payload[at + 1] >> 4, payload[at + 1] & 15, payload[at + 2])
        for at in range(6, len(payload), 3)
    )
    if any(not (1 <= c.horizontal <= 4 and 1 <= c.vertical <= 4 and c.quantiser <= 3) for c in components):
        raise MalformedContainer()
    return Frame(marker, width, height, components)


@dataclass(frozen=True, slots=True)
class Scan:
    """The ids of the components in a scan and the Huffman tables, as (class, id), it reads."""

    component_ids: tuple[int, ...]
    tables: tuple[TableKey, ...]


def parse_scan(payload: bytes, frame: Frame) -> Scan:
    """Parse an SOS payload; raises MalformedContainer."""
    count = payload[0] if payload else 0
    if not 1 <= count <= 4 or len(payload) != 4 + 2 * count:
        raise MalformedContainer()
    ids = tuple(payload[1 : 1 + 2 * count : 2])
    if not set(ids) <= {component.id for component in frame.components}:
        raise MalformedContainer()
    selectors = payload[2 : 2 + 2 * count : 2]
    classes = (0, 1) if not frame.progressive else ((0,) if payload[-3] == 0 else (1,))
    wanted = ((kind, pair >> 4 if kind == 0 else pair & 15) for pair in selectors for kind in classes)
    return Scan(ids, tuple(dict.fromkeys(wanted)))


def split_quantisers(payload: bytes) -> dict[int, bytes]:
    """Cut a DQT payload into its tables by id, each with its own leading Pq/Tq byte."""
    tables, at = dict[int, bytes](), 0
    while at < len(payload):
        size = 129 if payload[at] >> 4 else 65
        if at + size > len(payload) or payload[at] & 15 > 3:
            raise MalformedContainer()
        tables[payload[at] & 15] = payload[at : at + size]
        at += size
    return tables


def split_huffman(payload: bytes) -> dict[TableKey, bytes]:
    """Cut a DHT payload into its tables by (class, id), each with its own leading Tc/Th byte."""
    tables, at = dict[TableKey, bytes](), 0
    while at < len(payload):
        size = 17 + sum(payload[at + 1 : at + 17])
        if at + size > len(payload) or payload[at] >> 4 > 1 or payload[at] & 15 > 3 or size > 17 + 256:
            raise MalformedContainer()
        tables[payload[at] >> 4, payload[at] & 15] = payload[at : at + size]
        at += size
    return tables
