"""How long an answer may be kept, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

# A browser that has seen it may keep it; a shared cache asks again within seconds, so a takedown holds.
FOR_EVER = "public, max-age=31536000, s-maxage=5, immutable"
# Of an address that does not name its version: another picture may stand there soon.
BRIEFLY = "public, max-age=5, s-maxage=5"
PRIVATE = "private, no-cache"


@dataclass(frozen=True, slots=True)
class Policy:
    """Whether everybody may see an answer, and its Cache-Control."""

    public: bool
    cache_control: str


def policy(public: bool, *, versioned: bool = True, seconds_shared: int = 0) -> Policy:
    """What holds for a picture.

    `versioned`: what its address means never changes. `seconds_shared`: for how long the link that let in
    is still good; no answer to it is kept longer.
    """
    if public:
        return Policy(True, FOR_EVER if versioned else BRIEFLY)
    if seconds_shared:
        return Policy(False, f"private, max-age={seconds_shared if versioned else min(seconds_shared, 5)}")
    return Policy(False, PRIVATE)
