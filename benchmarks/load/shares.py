"""Holds processes to a share of a core, as if each ran on a small machine of its own: Linux's CPU bandwidth control.

By control groups of version 1 or 2 (Documentation/scheduler/sched-bwc.rst, Documentation/admin-guide/cgroup-v2.rst);
it takes the right to make them, as root has it.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PERIOD = 20_000  # µs: short, so that who used its share up does not stand still for long
_V1 = Path("/sys/fs/cgroup/cpu")
_V2 = Path("/sys/fs/cgroup")


@contextmanager
def share(name: str, cores: float) -> Iterator[list[str]]:
    """The words to put before a command, so that it and all it starts use `cores` at most together; none for 0.

    They have to be ending when the context does. Raises SystemExit where groups cannot be made.
    """
    if not cores:
        yield []
        return
    group = _group(f"vitrine-load-{os.getpid()}-{name}", round(cores * _PERIOD))
    try:
        yield ["sh", "-c", 'echo $$ >"$0" && exec "$@"', str(group / "cgroup.procs")]
    finally:
        _without_processes(group)
        group.rmdir()


def _without_processes(group: Path) -> None:
    limit = time.monotonic() + 10
    while (group / "cgroup.procs").read_text() and time.monotonic() < limit:
        time.sleep(0.05)


def _group(name: str, quota: int) -> Path:
    try:
        if _V1.is_dir():
            group = _V1 / name
            group.mkdir()
            (group / "cpu.cfs_period_us").write_text(str(_PERIOD))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (_V2 / "cgroup.subtree_control").write_text("+cpu")
            group = _V2 / name
            group.mkdir()
            (group / "cpu.max").write_text(f"{quota} {_PERIOD}")
    except OSError as error:
        raise SystemExit(f"--share needs the right to make control groups: {error}") from error
    return group
