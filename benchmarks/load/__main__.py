"""A deployed whole under load: nginx, web processes and workers on PostgreSQL and Redis, with real photographs.

    eval "$(deploy/services.sh up postgres redis)"
    .venv/bin/python -m benchmarks.load [--seconds 300] [--rate 8] [--full 60] [--people 16] [--pixels 0]

Three stages, each with a house of its own: as much as it takes, for --full seconds, with one web process and one worker,
then with two of each; then --rate requests a second for --seconds with two of each, in which latency and memory are
read. After each the worker's list has to be worked off. Of a hundred requests 5 upload, 15 are lists and pages, 80 are
for bytes. Prints tables; exit status 1 when any request failed or something still waits for renditions. Who uploads and
is asked to come back (503 with Retry-After) does, which is no failure while as much is sent as goes, and is one after.

The first two stages show how throughput grows only where the second process finds cores to run on. With --share 0.3 each
process has that much of a core, in both, as if on a small machine of its own (as root: control groups).

With VITRINE_STORAGE=s3 and the variables that `deploy/services.sh up` exports, all bytes lie in S3. The load comes
from the same machine: what the generator takes of it is in the tables, and not there for the servers.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.environment import ROOT
from benchmarks.load.house import deployed, furnish
from benchmarks.load.pictures import photographs
from benchmarks.load.processes import Watch, slope

DRAIN = 900  # seconds, at most, that the workers have for what is left


@dataclass
class Stage:
    """What one stage found; `kinds` are rows of locust's statistics."""

    title: str
    kinds: list[dict[str, Any]]
    watch: Watch
    drained: float
    left: int
    seconds: float
    uploads: int = field(init=False)

    def __post_init__(self) -> None:
        self.uploads = next((int(row["Request Count"]) for row in self.kinds if row["Name"] == "upload"), 0)

    @property
    def whole(self) -> dict[str, Any]:
        return next(row for row in self.kinds if row["Name"] == "Aggregated")


def staged(
    title: str, webs: int, workers: int, seconds: int, rate: float, asked: argparse.Namespace
) -> Stage:
    """Runs one stage from an empty house to a drained one."""
    with tempfile.TemporaryDirectory(prefix="vitrine-load-") as parent:
        Path(parent).chmod(0o755)  # nginx's workers go through it
        with deployed(Path(parent) / "house", webs, workers, asked.share if not rate else 0) as house:
            people = furnish(house, photographs(asked.photos, asked.pixels))
            environment = os.environ | {
                "VITRINE_LOAD_PEOPLE": str(people),
                "VITRINE_LOAD_PHOTOS": str(asked.photos),
                "VITRINE_LOAD_PIXELS": str(asked.pixels),
                "VITRINE_LOAD_EACH": str(rate / asked.people),
                "VITRINE_LOAD_UPLOADS": str(asked.uploads),
                "VITRINE_LOAD_TOLD": str(told := house.server.home / "told.json"),
                "PYTHONPATH": str(ROOT),
            }
            words = [sys.executable, "-m", "locust", "-f", str(ROOT / "benchmarks/load/locustfile.py")]
            words += f"--headless --only-summary --stop-timeout 60 --loglevel WARNING -t {seconds}s".split()
            words += ["--host", house.url, "-u", str(asked.people), "-r", str(asked.people)]
            with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=sys.stderr) as locust:
                watch = Watch(house.roots | {"locust": [locust.pid]}, asked.every)
                with watch.watching():
                    locust.wait(seconds + 180)
            kinds = json.loads(told.read_text())
            return Stage(title, kinds, watch, *house.drained(DRAIN), seconds)


def of_kinds(stage: Stage) -> None:
    print(
        f"\n### {stage.title}\n\n| asked for | requests | a second | failures | p50, ms | p99, ms | max, ms |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in stage.kinds:
        name = "all" if row["Name"] == "Aggregated" else row["Name"]
        print(
            f"| {name} | {row['Request Count']} | {float(row['Requests/s']):.1f} | {row['Failure Count']} "
            f"| {row['50%']} | {row['99%']} | {float(row['Max Response Time']):.0f} |"
        )
    rest = f", {stage.left} left" if stage.left else ""
    print(
        f"\nWaiting for renditions at the end: worked off after {stage.drained:.0f} s{rest}; {stage.uploads} pictures uploaded."
    )


def of_processes(stage: Stage) -> None:
    print(
        "\n| | cores used | PSS after warming, MB | most | MB a minute |\n| --- | ---: | ---: | ---: | ---: |"
    )
    for role, points in stage.watch.memory.items():
        mean, rise, most = slope(points, stage.seconds / 3)
        print(f"| {role} | {stage.watch.cores[role]:.2f} | {mean:.0f} | {most:.0f} | {rise:+.2f} |")


def options() -> argparse.Namespace:
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual, meaning in (
        ("--seconds", 300, "of the steady stage; 0 leaves it out"),
        ("--full", 60, "seconds of each stage that takes all; 0 leaves them out"),
        ("--rate", 8.0, "requests a second of the steady stage"),
        ("--share", 0.0, "of a core, for each web process and worker while all is taken"),
        ("--people", 16, "who ask at the same time"),
        ("--pixels", 0, "scale the photographs to so many; 0: as they are"),
        ("--uploads", 2000, "pictures of one stage, at most"),
        ("--every", 2.0, "seconds between looks at the memory"),
        ("--photos", ROOT.parent / "shared/photos", "folder with JPEGs"),
    ):
        found.add_argument(name, type=type(usual), default=usual, help=meaning)
    return found.parse_args()


def all_stages(asked: argparse.Namespace) -> Iterator[Stage]:
    if asked.full:
        for number in (1, 2):
            title = f"As much as goes, {number} web and {number} worker"
            title += f", {asked.share:g} of a core for each" if asked.share else ""
            yield staged(title, number, number, asked.full, 0, asked)
    if asked.seconds:
        title = f"{asked.rate:g} requests a second for {asked.seconds} s, 2 web and 2 workers"
        yield staged(title, 2, 2, asked.seconds, asked.rate, asked)


def main() -> None:
    asked = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that whatever was started ends
    stages = list(all_stages(asked))
    for stage in stages:
        of_kinds(stage)
        of_processes(stage)
    if asked.full:
        one, two = (float(stage.whole["Requests/s"]) for stage in stages[:2])
        growth = f"{one:.1f} to {two:.1f} requests a second, {two / one:.2f} times"
        print(f"\nFrom one web process and worker to two of each: {growth}.")
    steady = stages[-1] if asked.seconds else None
    put_off = steady is not None and any("come back" in row["Name"] for row in steady.kinds)
    bad = any(int(stage.whole["Failure Count"]) or stage.left or not stage.uploads for stage in stages)
    sys.exit(bad or put_off)


if __name__ == "__main__":
    main()
