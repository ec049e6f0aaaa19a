"""What processes take, by /proc: memory as PSS, which counts shared pages once, and processor time."""

import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def family(roots: Iterable[int]) -> set[int]:
    """These processes and all that come from them."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                parents.setdefault(int(stat[1]), []).append(int(entry.name))
    found, left = set(), list(roots)
    while left:
        found.add(one := left.pop())
        left += parents.get(one, [])
    return found


def pss(pids: Iterable[int]) -> float:
    """Megabytes of all of them."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


def seconds(pids: Iterable[int]) -> float:
    """Processor time of all of them, and of their children that ended."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            total += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return total / _TICK


class Watch:
    """Looks at roles every `every` seconds: `memory` has (seconds since the start, MB), `cores` what each used."""

    def __init__(self, roots: dict[str, list[int]], every: float) -> None:
        self.roots, self.every = roots, every
        self.memory: dict[str, list[tuple[float, float]]] = {role: [] for role in roots}
        self.cores: dict[str, float] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        ended = threading.Event()
        thread = threading.Thread(target=self._look, args=(ended,))
        begun, before = time.monotonic(), self._used()
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            took, after = time.monotonic() - begun, self._used()
            self.cores = {role: (after[role] - before[role]) / took for role in self.roots}

    def _used(self) -> dict[str, float]:
        return {role: seconds(family(pids)) for role, pids in self.roots.items()}

    def _look(self, ended: threading.Event) -> None:
        begun = time.monotonic()
        while not ended.wait(self.every):
            for role, pids in self.roots.items():
                self.memory[role].append((time.monotonic() - begun, pss(family(pids))))


def slope(points: list[tuple[float, float]], warm: float) -> tuple[float, float, float]:
    """After `warm` seconds: mean, MB a minute by the straight line that fits best, and the most."""
    late = [point for point in points if point[0] >= warm] or points
    if not late:
        return 0.0, 0.0, 0.0
    middle, mean = sum(x for x, _ in late) / len(late), sum(y for _, y in late) / len(late)
    spread = sum((x - middle) ** 2 for x, _ in late)
    rise = sum((x - middle) * (y - mean) for x, y in late) / spread if spread else 0.0
    return mean, rise * 60, max(y for _, y in points)
