"""Signed links: who holds one sees the file until it expires.

No link is stored: it says all of itself, and the file's `share_epoch` says which links there were. Those of
an epoch before have ended, whatever they say.
"""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SHORTEST, LONGEST = 60, 7 * 24 * 3600  # seconds
_PURPOSE = "uploads_app.share"
_TOKEN = re.compile(r"([0-9a-f]{8,10})\.([0-9a-f]{40})", re.ASCII)
_DIGITS = 40


@dataclass(frozen=True, slots=True)
class Share:
    """A link's token and the moment it ends."""

    token: str
    expires_at: datetime


def share(file_id: UUID, expires_in: int, epoch: int = 0) -> Share:
    """A token for a file, good for about `expires_in` seconds (SHORTEST to LONGEST).

    `epoch` is the file's present `share_epoch`.
    Its end is rounded to a step of an eighth of that, so that the same question at nearly the same time gives
    the same link, which can then be cached. It is rounded up, but never beyond LONGEST.
    """
    now = time.time()
    step = max(SHORTEST, expires_in // 8)
    ends = math.ceil((now + expires_in) / step) * step
    if ends > now + LONGEST:
        ends = math.floor((now + LONGEST) / step) * step
    token = f"{ends:08x}.{_signature(file_id, ends, epoch, settings.SECRET_KEY)}"
    return Share(token, datetime.fromtimestamp(ends, UTC))


def seconds_left(file_id: UUID, token: str, epoch: int = 0) -> int:
    """For how many whole seconds this token still opens this file; 0 for one that does not.

    `epoch` is the file's present `share_epoch`.
    """
    match = _TOKEN.fullmatch(token)
    if match is None:
        return 0
    ends = int(match.group(1), 16)
    keys: tuple[str | bytes, ...] = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    # Every key is tried: how long it takes tells nothing.
    good = [constant_time_compare(match.group(2), _signature(file_id, ends, epoch, key)) for key in keys]
    return max(0, math.floor(ends - time.time())) if any(good) else 0


def _signature(file_id: UUID, ends: int, epoch: int, key: str | bytes) -> str:
    """Purpose, file, end and epoch are all inside: a link serves nothing else, and no longer."""
    said = f"{file_id.hex}:{ends:x}"
    if epoch:  # the first goes unsaid: links of before there were epochs are of it
        said += f":{epoch:x}"
    mac = salted_hmac(_PURPOSE, said, secret=key, algorithm="sha256")
    return mac.hexdigest()[:_DIGITS]
