"""Processes count together: whatever ends one, its counts stay, once, and its files go."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.multiprocess import MultiProcessCollector

from config.tests.live import ROOT
from uploads_app.observing import shared_files

# A process of the site, as far as its metrics go: counts what it is told, line by line.
PROCESS = """
import os, sys
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values
from uploads_app.observing import shared_files
values.ValueClass = values.MultiProcessValue(shared_files.identity)
registry = CollectorRegistry()
counter = Counter("done", "Done.", ["what"], registry=registry)
seconds = Histogram("seconds", "Time.", registry=registry, buckets=(1, 2))
busy = Gauge("busy", "Busy.", registry=registry, multiprocess_mode="livesum")
print("ready", flush=True)
for line in sys.stdin:
    if line.startswith("fork"):
        if os.fork():
            os.wait()
        else:
            counter.labels("x").inc()
            os.kill(os.getpid(), 9)
    else:
        for _ in range(int(line)):
            counter.labels("x").inc()
            seconds.observe(1.5)
        busy.set(1)
    print("done", flush=True)
"""


class Process:
    def __init__(self, place: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROCESS],
            cwd=ROOT,
            env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(place)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.hear()

    def hear(self) -> None:
        assert self.process.stdout
        assert self.process.stdout.readline()

    def tell(self, words: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()
        self.hear()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "metrics").mkdir()
    return tmp_path / "metrics"


@pytest.fixture
def start(place: Path) -> Iterator[Callable[[], Process]]:
    begun: list[Process] = []

    def one() -> Process:
        begun.append(Process(place))
        return begun[-1]

    yield one
    for process in begun:
        process.kill()


def totals(place: Path) -> dict[str, float]:
    with shared_files.tidied(place) as files:
        metrics = MultiProcessCollector.merge(files)
    return {
        f"{sample.name}{json.dumps(sample.labels) if sample.labels else ''}": sample.value
        for metric in metrics
        for sample in metric.samples
    }


def done(place: Path) -> float:
    return totals(place).get('done_total{"what": "x"}', 0.0)


def test_counts_of_living_and_killed_processes_add_up(place: Path, start: Any) -> None:
    one, other = start(), start()
    one.tell("3")
    other.tell("4")
    assert done(place) == 7
    one.kill()
    assert done(place) == 7
    assert done(place) == 7  # nor is anything added twice
    other.tell("1")
    assert done(place) == 8


def test_histograms_of_the_dead_keep_their_buckets(place: Path, start: Any) -> None:
    one, other = start(), start()
    one.tell("2")
    other.tell("1")
    one.kill()
    found = totals(place)
    assert found['seconds_bucket{"le": "1.0"}'] == 0
    assert found['seconds_bucket{"le": "2.0"}'] == found["seconds_count"] == 3
    assert found["seconds_sum"] == 4.5


def test_what_a_dead_process_had_under_way_goes_with_it(place: Path, start: Any) -> None:
    one, other = start(), start()
    one.tell("1")
    other.tell("1")
    assert totals(place)["busy"] == 2
    one.kill()
    assert totals(place)["busy"] == 1


def test_files_do_not_pile_up_however_many_processes_come_and_go(place: Path, start: Any) -> None:
    for _ in range(6):
        process = start()
        process.tell("1")
        process.kill()
    assert done(place) == 6
    assert len(list(place.iterdir())) <= 3  # the lock, and the past of each kind


def test_a_forked_process_counts_for_itself(place: Path, start: Any) -> None:
    process = start()
    process.tell("2")
    process.tell("fork")
    process.tell("1")
    assert done(place) == 4


@contextmanager
def killed_at(monkeypatch: pytest.MonkeyPatch, call: str, number: int) -> Iterator[None]:
    """As if this process were killed right before its `number`-th such call on a path."""

    class Killed(BaseException):
        pass

    count = 0
    original = getattr(Path, call)

    def counted(self: Path, *args: Any, **kwargs: Any) -> Any:
        nonlocal count
        count += 1
        if count == number:
            raise Killed
        return original(self, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(Path, call, counted)
        with pytest.raises(Killed):
            yield


@pytest.mark.parametrize(
    ("call", "number"),
    [("rename", 1), ("rename", 2), ("rename", 3), ("rename", 4), ("unlink", 1), ("unlink", 2), ("unlink", 3)],
)
def test_a_crash_while_the_dead_are_added_neither_loses_nor_doubles(
    place: Path, start: Any, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    for _ in range(2):  # the second is added to a past that is there already
        process = start()
        process.tell("5")
        process.kill()
        if _ == 0:
            assert done(place) == 5
    with killed_at(monkeypatch, call, number):
        done(place)
    found = totals(place)
    assert found['done_total{"what": "x"}'] == found["seconds_count"] == 10


def test_a_file_that_is_no_counts_costs_nobody_else_theirs(place: Path, start: Any) -> None:
    process = start()
    process.tell("2")
    (place / "1-dead.alive").touch()
    (place / "counter_1-dead.db").write_bytes(b"\xff" * 100)
    (place / "2-dead.alive").touch()
    (place / "counter_2-dead.db").touch()
    assert done(place) == 2
    assert not list(place.glob("*-dead*"))


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can be another than the owner of a folder it writes to"
)
def test_a_command_of_roots_leaves_nothing_where_the_sites_account_counts(tmp_path: Path) -> None:
    """As collectstatic, before the site's first start: it could not open a lock that is root's."""
    place = tmp_path / "metrics"
    place.mkdir()
    os.chown(place, 10001, 10001)
    environment = os.environ | {
        "VITRINE_METRICS_DIR": str(place),
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
    }
    code = (
        "import django; django.setup(); from uploads_app.observing import metrics; metrics.redis_lost.inc()"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, timeout=120)
    assert list(place.iterdir()) == []
    os.chown(place, 0, 0)
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, timeout=120)
    assert list(place.glob("counter_*.db"))
