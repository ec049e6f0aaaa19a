"""Perceptual hashes as databases keep them: the same 64 bits, read as a signed integer."""

_ALL = (1 << 64) - 1


def signed(hash_: int) -> int:
    """For a column; from an unsigned hash."""
    return hash_ - (1 << 64) if hash_ >= 1 << 63 else hash_


def unsigned(column: int) -> int:
    """From a column; as `images` makes hashes and compares them."""
    return column & _ALL
