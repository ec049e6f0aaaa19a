"""Whose fault it is that a decoder process ended."""

from __future__ import annotations

import os
import signal

from .errors import DecoderCrashed, DecoderLate, DecoderTimeout, ImageError, SandboxUnavailable

# What a decoder ends with that had little of the processor until its time by the clock was over.
LATE = os.EX_TEMPFAIL
# What multiprocessing says of children whose fork server was killed, and they with it.
_SERVER_GONE = 255
_ASKED_TO_END = frozenset((-signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, _SERVER_GONE))


def verdict(exit_code: int) -> ImageError:
    """SIGXCPU is the CPU limit speaking, and what somebody asked for is no fault of the picture.

    Nor is a machine too busy to give a decoder its time. Any other sudden end counts as the picture's. So does
    SIGKILL: it is what the kernel sends to who eats the machine's memory.
    """
    if exit_code == -signal.SIGXCPU:
        return DecoderTimeout()
    if exit_code == LATE:
        return DecoderLate()
    if exit_code in _ASKED_TO_END:
        return SandboxUnavailable()
    return DecoderCrashed()
