"""Whose fault it is that a decoder process ended."""

from __future__ import annotations

import signal

from .errors import DecoderCrashed, DecoderTimeout, ImageError, SandboxUnavailable

# What multiprocessing says of children whose fork server was killed, and they with it.
_SERVER_GONE = 255
_ASKED_TO_END = frozenset((-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, _SERVER_GONE))


def verdict(exit_code: int) -> ImageError:
    """SIGXCPU is the CPU limit speaking, and what somebody asked for is no fault of the picture.

    Any other sudden end counts as the picture's. So does SIGKILL: it is what the kernel sends to who eats
    the machine's memory.
    """
    if exit_code == -signal.SIGXCPU:
        return DecoderTimeout()
    if exit_code in _ASKED_TO_END:
        return SandboxUnavailable()
    return DecoderCrashed()
