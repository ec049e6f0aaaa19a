"""Work that a decoder process must survive or be replaced after. Imported by that process."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path


def spin() -> None:
    while True:
        pass


def stand_still(seconds: int) -> None:
    """In native code that lets no thread of the interpreter run meanwhile."""
    ctypes.PyDLL(None).sleep(seconds)


def stand_still_after_much_work(seconds: float) -> None:
    """To the clock of this process alone; it has done none."""
    time.process_time = lambda: 1e6
    time.sleep(seconds)


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def kill(number: int) -> None:
    os.kill(os.getpid(), number)


def kill_parent() -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)


def lineage() -> tuple[int, int]:
    """Ids of this process and of its fork server."""
    return os.getpid(), os.getppid()


def slow_lineage(seconds: float) -> tuple[int, int]:
    time.sleep(seconds)
    return lineage()


def slow_render(_source: Path, _targets: object) -> list[object]:
    time.sleep(1.5)
    return []


def allocate(size: int) -> int:
    return len(bytearray(size))


def have_no_more_threads() -> None:
    """As where the machine lets no process add one. This process alone believes it."""

    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    threading.Timer.start = start  # type: ignore[method-assign]  # the fault is put in on purpose


def write_and_crash(target: Path) -> None:
    target.write_bytes(b"half a pict")
    crash()


def peak_bytes() -> int:
    """The largest resident size this process has had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def imported() -> set[str]:
    return {name.partition(".")[0] for name in sys.modules}


def secrets() -> dict[str, str]:
    return dict(os.environ)


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")
    # Without an init to collect it, a dead process stays listed as a zombie.
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")
