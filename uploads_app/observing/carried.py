"""The request that caused what is done now: its id, in every log line, and with the tasks it leaves behind."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
_carried: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The id of the request behind this work; empty where there is none."""
    return _carried.get()


def new_id() -> str:
    return secrets.token_hex(16)


def sane(found: str) -> str:
    """An id that somebody else gave, if it is one that may stand in logs; else empty."""
    return found if _SANE.fullmatch(found) else ""


@contextmanager
def carrying(found: str) -> Iterator[None]:
    """What is done inside is done for that request."""
    before = _carried.set(found)
    try:
        yield
    finally:
        _carried.reset(before)
