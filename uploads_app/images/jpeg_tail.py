"""Text behind the last coded block of a scan, where decoders skip it and copies would carry it on."""

from __future__ import annotations

import hashlib
import io
import re

from PIL import Image

# Coded data looks random: a run this long turns up by chance once in some hundred million million bytes.
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e]{24}")
_SEARCHED_BYTES = 64 * 1024
_END_OF_IMAGE = b"\xff\xd9"


def without_text_tail(head: bytes, entropy: bytes) -> bytes:
    """Cut the text that ends `entropy`, the last scan of a JPEG starting with `head`, if no pixel needs it.

    Where a scan ends only a full decode can tell; so the cut is tried, and kept if the pictures are equal.
    """
    found = _TEXT.search(entropy, max(0, len(entropy) - _SEARCHED_BYTES))
    if found is None:
        return entropy
    shortened = entropy[: found.start()]
    whole = _digest(head + entropy + _END_OF_IMAGE)
    return shortened if whole and whole == _digest(head + shortened + _END_OF_IMAGE) else entropy


def _digest(data: bytes) -> bytes | None:
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            return hashlib.sha256(image.tobytes()).digest()
    except (OSError, SyntaxError, ValueError):
        # Not for this module to judge: the strict decode that follows refuses it.
        return None
