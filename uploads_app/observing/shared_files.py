"""The files in which the processes of a machine count together, and what becomes of those of the dead.

Each process counts in files of its own, under a name that no other ever has, and holds a lock for as long as it
lives, whatever ends it. Whoever looks adds the counts of the dead to one file of the past, so that nothing is
lost or counted twice and no files pile up; what the dead had under way (gauges) goes with them.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import shutil
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

logger = logging.getLogger(__name__)

_LASTING = ("counter", "histogram", "summary")  # kinds of metrics that outlive a process
_PAST = "past"

_pid = 0
_name = ""
_lock_of_life = -1


def folder() -> Path | None:
    """Where processes count together; None where each counts for itself."""
    found = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return Path(found) if found else None


def identity() -> str:
    """The name of this process's files. Asked at every count: after a fork it is another."""
    return _name if os.getpid() == _pid else _enrol()


@contextmanager
def tidied(place: Path) -> Iterator[list[str]]:
    """The files that hold the counts of the living and of all the dead; nobody changes which while inside."""
    with _alone(place):
        _finish_what_a_crash_left(place)
        for name in _dead(place):
            _bury(place, name)
        yield [str(path) for path in place.glob("*.db") if path.stat().st_size]


def _enrol() -> str:
    global _pid, _name, _lock_of_life
    place = folder()
    if _lock_of_life >= 0:
        os.close(_lock_of_life)  # the parent's, which it goes on holding
    _pid, _name = os.getpid(), f"{os.getpid()}-{secrets.token_hex(6)}"
    if place is not None:
        with _alone(place):
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            _lock_of_life = os.open(place / f"{_name}.alive", flags, 0o600)
            fcntl.flock(_lock_of_life, fcntl.LOCK_EX)
    return _name


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    handle = os.open(place / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _dead(place: Path) -> list[str]:
    return [path.stem for path in place.glob("*.alive") if path.stem != _name and not _is_held(path)]


def _is_held(path: Path) -> bool:
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _bury(place: Path, name: str) -> None:
    for kind in _LASTING:
        counted = place / f"{kind}_{name}.db"
        if counted.exists():
            _add_to_the_past(place, kind, counted)
    for path in place.glob(f"gauge_*_{name}.db"):
        path.unlink()
    (place / f"{name}.alive").unlink()


def _add_to_the_past(place: Path, kind: str, counted: Path) -> None:
    """Renaming `counted` is the moment at which it counts as added: see `_finish_what_a_crash_left`."""
    past, sums = place / f"{kind}_{_PAST}.db", place / f"{kind}_{_PAST}.sums"
    if past.exists():
        shutil.copyfile(past, sums)
    target = MmapedDict(str(sums))
    try:
        for key, value, _, _ in MmapedDict.read_all_values_from_file(str(counted)):
            target.write_value(key, target.read_value(key)[0] + value, 0.0)
    except (RuntimeError, struct.error, UnicodeDecodeError) as error:
        # A machine that lost its power leaves half a file; a process that was killed does not.
        logger.warning("counts of a process that ended are lost: %s", type(error).__name__)
    finally:
        target.close()
    counted.rename(counted.with_suffix(".added"))
    sums.rename(past)
    counted.with_suffix(".added").unlink()


def _finish_what_a_crash_left(place: Path) -> None:
    for kind in _LASTING:
        sums, added = place / f"{kind}_{_PAST}.sums", list(place.glob(f"{kind}_*.added"))
        with suppress(FileNotFoundError):
            if added:
                sums.rename(place / f"{kind}_{_PAST}.db")
            else:
                sums.unlink()
        for path in added:
            path.unlink(missing_ok=True)
