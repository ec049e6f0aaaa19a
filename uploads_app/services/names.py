"""Names that people give their files: labels to show, never parts of a path."""

import unicodedata

MAX_BYTES = 200  # of UTF-8, so that a name fits any header and file system
FALLBACK = "picture"
_PUNCTUATION = str.maketrans({"/": "_", "\\": "_", ":": "_", "\u2028": " ", "\u2029": " "})
# Invisible signs that turn or split the text around them; joiners inside emoji and scripts stay.
_KEPT_FORMAT = frozenset("\u200c\u200d")


def safe_name(raw: str) -> str:
    """A name that is safe to show, log and send in a header: one line, no control or direction signs.

    Normalised to NFC and cut to `MAX_BYTES` with its ending kept; never empty.
    """
    text = unicodedata.normalize("NFC", raw).translate(_PUNCTUATION)
    text = "".join(sign for sign in text if _is_shown(sign))
    text = " ".join(text.split()).strip(". ")
    return _cut(text) or FALLBACK


def _is_shown(sign: str) -> bool:
    category = unicodedata.category(sign)
    if category == "Cf":
        return sign in _KEPT_FORMAT
    return category not in ("Cc", "Cs", "Co", "Cn")


def _cut(name: str) -> str:
    if len(name.encode()) <= MAX_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = f".{ending}" if dot and len(ending.encode()) <= 10 else ""
    stem = stem if tail else name
    room = MAX_BYTES - len(tail.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip() + tail
