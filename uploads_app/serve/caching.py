"""How long an answer may be kept, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

_YEAR = 31_536_000  # seconds
# A browser that has seen it may keep it; a shared cache asks again within seconds, so a takedown holds.
FOR_EVER = f"public, max-age={_YEAR}, s-maxage=5, immutable"
# Of an address that does not name its version: another picture may stand there soon.
BRIEFLY = "public, max-age=5, s-maxage=5"
PRIVATE = "private, no-cache"
_SOON = 5  # seconds
# By how much a redirect is forgotten before its link ends: what follows it has to arrive in time.
_ON_THE_WAY = 5  # seconds


@dataclass(frozen=True, slots=True)
class Policy:
    """Whether everybody may see an answer, and its Cache-Control.

    `browser` is for how many seconds a browser may keep it without asking. `ends_in` is for how many the link
    that let in is still good; None where it was not a link.
    """

    public: bool
    cache_control: str
    browser: int = 0
    ends_in: int | None = None

    def of_redirect(self, seconds: int) -> str:
        """The Cache-Control of a redirect to an address that is good for `seconds`: it is for one browser.

        It has no validator, so one that is not kept for a while is of no use to a cache at all.
        """
        kept = min(self.browser, seconds - _ON_THE_WAY)
        return f"private, max-age={kept}" if kept > 0 else "no-store"


def policy(public: bool, *, versioned: bool = True, seconds_shared: int = 0) -> Policy:
    """What holds for a picture.

    `versioned`: what its address means never changes. `seconds_shared`: for how long the link that let in
    is still good; no answer to it is kept longer.
    """
    if public:
        return Policy(True, FOR_EVER, _YEAR) if versioned else Policy(True, BRIEFLY, _SOON)
    if seconds_shared:
        kept = seconds_shared if versioned else min(seconds_shared, _SOON)
        return Policy(False, f"private, max-age={kept}", kept, seconds_shared)
    return Policy(False, PRIVATE)
