"""Colour profiles, rebuilt from the numbers that colour management needs and nothing else.

Layout: ICC.1:2022 sections 7.2 (header), 7.3 (tag table) and 10 (tag types). Text, names, dates, vendor
tags and bytes between or after the tags are where private data hides; none of it changes a colour.
"""

from __future__ import annotations

import io
import struct

from PIL import ImageCms

_HEADER_BYTES = 128
_MAX_TAGS = 100
_CLASSES = {b"mntr", b"scnr", b"prtr", b"spac"}
_D50 = bytes.fromhex("0000f6d6000100000000d32d")
_COLOUR_TAGS = frozenset(
    b"rXYZ gXYZ bXYZ wtpt bkpt rTRC gTRC bTRC kTRC chad cicp A2B0 A2B1 A2B2 B2A0 B2A1 B2A2".split()
)
# What a profile without a lookup table (A2B0) must have to say anything: ICC.1:2022 8.3 to 8.5.
_MATRIX_TAGS = {
    b"RGB ": frozenset(b"rXYZ gXYZ bXYZ rTRC gTRC bTRC".split()),
    b"GRAY": frozenset((b"kTRC",)),
}
_NAME = "Colour profile"


def rebuild_profile(profile: bytes, colour_space: bytes, max_bytes: int) -> bytes | None:
    """Return a minimal profile with the same colours, or None if it is broken, too large or of another space.

    `colour_space` is the four-byte signature the pixels need: b"RGB ", b"GRAY" or b"CMYK".
    """
    if not _HEADER_BYTES + 4 <= len(profile) <= max_bytes or profile[36:40] != b"acsp":
        return None
    if profile[12:16] not in _CLASSES or profile[16:20] != colour_space:
        return None
    tags = _colour_tags(profile)
    if tags is None or not _describes(tags, colour_space):
        return None
    rebuilt = _assemble(profile, tags)
    return rebuilt if _opens(rebuilt) else None


def _colour_tags(profile: bytes) -> dict[bytes, bytes] | None:
    count = int.from_bytes(profile[128:132], "big")
    if count > _MAX_TAGS or len(profile) < 132 + 12 * count:
        return None
    tags: dict[bytes, bytes] = {}
    for at in range(132, 132 + 12 * count, 12):
        signature, offset, size = struct.unpack_from(">4sII", profile, at)
        if signature not in _COLOUR_TAGS or signature in tags:
            continue
        if offset + size > len(profile):
            return None
        body = _trimmed(profile[offset : offset + size])
        if body is None:
            return None
        tags[signature] = body
    return tags


def _describes(tags: dict[bytes, bytes], colour_space: bytes) -> bool:
    return b"A2B0" in tags or _MATRIX_TAGS.get(colour_space, frozenset((b"A2B0",))) <= tags.keys()


def _trimmed(body: bytes) -> bytes | None:
    """Cut a tag to the length its own type implies; None for a type that holds no colour numbers."""
    kind = body[:4]
    if len(body) < 12:
        return None
    length = len(body)
    if kind == b"XYZ ":
        length = 20
    elif kind == b"curv":
        length = 12 + 2 * int.from_bytes(body[8:12], "big")
    elif kind == b"para":
        length = 12 + 4 * {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}.get(int.from_bytes(body[8:10], "big"), 1 << 30)
    elif kind == b"sf32":
        length = 8 + 4 * 9
    elif kind == b"cicp":
        length = 12
    elif kind in (b"mft1", b"mft2"):
        length = _table_length(body)
    elif kind not in (b"mAB ", b"mBA "):
        return None
    if length > len(body):
        return None
    return kind + bytes(4) + body[8:length]


def _table_length(body: bytes) -> int:
    """Length of lut8Type and lut16Type, ICC.1:2022 10.10 and 10.11."""
    if len(body) < 52:
        return 1 << 30
    inputs, outputs, grid = body[8], body[9], body[10]
    points: int = grid**inputs * outputs if inputs <= 4 else 1 << 30
    if body[:4] == b"mft1":
        return 48 + 256 * inputs + points + 256 * outputs
    in_entries, out_entries = struct.unpack_from(">HH", body, 48)
    return int(52 + 2 * (in_entries * inputs + points + out_entries * outputs))


def _assemble(profile: bytes, tags: dict[bytes, bytes]) -> bytes:
    major = profile[8]
    tags = {b"desc": _description(major), b"cprt": _text(major), **tags}
    table, body, seen = b"", b"", dict[bytes, int]()
    start = _HEADER_BYTES + 4 + 12 * len(tags)
    for signature, data in tags.items():
        if data not in seen:
            seen[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
        table += struct.pack(">4sII", signature, seen[data], len(data))
    version = bytes([major, profile[9] & 0xF0, 0, 0])
    intent = min(profile[67], 3)
    header = struct.pack(
        ">I4x4s12s12x4s24xI12s48x", start + len(body), version, profile[12:24], b"acsp", intent, _D50
    )
    return header + struct.pack(">I", len(tags)) + table + body


def _description(major: int) -> bytes:
    """The required profileDescriptionTag: multiLocalizedUnicode from version 4, textDescription before."""
    if major >= 4:
        return _localised(_NAME)
    text = _NAME.encode("ascii") + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(4 + 4 + 2 + 1 + 67)


def _text(major: int) -> bytes:
    return _localised("-") if major >= 4 else b"text" + bytes(4) + b"-\0"


def _localised(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(encoded), 28) + encoded


def _opens(profile: bytes) -> bool:
    try:
        ImageCms.ImageCmsProfile(io.BytesIO(profile))
    except (OSError, ValueError, TypeError, ImageCms.PyCMSError):
        return False
    return True
