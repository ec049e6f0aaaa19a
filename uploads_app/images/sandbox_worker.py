"""What runs inside a decoder process. Imports no Django, and nothing beyond the decoders."""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

from .errors import SandboxUnavailable
from .ingest import hashes_of_copies as hashes_of_copies
from .ingest import ingest as ingest  # imported here so that the fork server has it ready
from .limits import MIB
from .render import render as render
from .sandbox_verdict import LATE

P = ParamSpec("P")
T = TypeVar("T")

_MAX_FILE_BYTES = 256 * MIB
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_M_ARENA_MAX = -8  # malloc.h of glibc
# Of the time by the clock, on the processor: a picture that took as much is slow by itself.
_SLOW_BY_ITSELF = 0.5


def confine(memory_bytes: int) -> None:
    """Bound this process for good: address space, file size, no core dumps, no environment, no orphanhood."""
    _limit(resource.RLIMIT_AS, memory_bytes)
    _limit(resource.RLIMIT_FSIZE, _MAX_FILE_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    # Passwords and keys have no business in a process that parses strangers' bytes.
    os.environ.clear()
    _share_one_heap()
    _die_with_parent()


def run_bounded(
    cpu_seconds: float,
    wall_seconds: float,
    memory_bytes: int,
    function: Callable[P, T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Call `function` within `memory_bytes` of address space, with about `cpu_seconds` more of CPU time.

    Past the time the kernel ends the process; past `wall_seconds` it ends itself, and says by how whose fault
    that is. Raises SandboxUnavailable where the machine has no thread for its clock.
    """
    used = time.process_time()
    clock = _started_clock(used, wall_seconds)
    _limit(resource.RLIMIT_AS, memory_bytes)
    _limit(resource.RLIMIT_CPU, math.ceil(used + cpu_seconds))
    try:
        return function(*args, **kwargs)
    finally:
        clock.cancel()
        _limit(resource.RLIMIT_CPU, resource.RLIM_INFINITY)


def _started_clock(used: float, wall_seconds: float) -> threading.Timer:
    """Before a picture's limits are set: that it cannot be started is never the picture's fault."""
    clock = threading.Timer(wall_seconds, _end_by_the_clock, (used, wall_seconds))
    clock.daemon = True
    try:
        clock.start()
    except (RuntimeError, MemoryError) as error:  # as where no process or thread may be added
        raise SandboxUnavailable() from error
    return clock


def _end_by_the_clock(used_before: float, wall_seconds: float) -> None:
    """As the CPU limit would, where the picture was worked on; as late, where the machine did other things."""
    if time.process_time() - used_before >= _SLOW_BY_ITSELF * wall_seconds:
        signal.raise_signal(signal.SIGXCPU)  # to this very thread: it ends here
    os._exit(LATE)


def _limit(kind: int, soft: int) -> None:
    """Set a soft limit. The hard one stays, so that the CPU limit, which counts from birth, can be raised."""
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        soft = hard if soft == resource.RLIM_INFINITY else min(soft, hard)
    # macOS refuses some limits, RLIMIT_AS above all; the time limits still hold there.
    with suppress(ValueError, OSError):
        resource.setrlimit(kind, (soft, hard))


def _share_one_heap() -> None:
    """Let threads use one heap: glibc reserves 128 MB of address space for each that has its own."""
    with suppress(OSError, AttributeError):  # another C library has no such call, and no such heaps
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _die_with_parent() -> None:
    """End this process when the fork server goes, which goes when the web process does, even by SIGKILL."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
