"""Every benchmark can be started: each stands on modules of the project, which change."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from config.tests.live import ROOT

# As one says what a benchmark of S3 runs on; `--help` asks nothing of it.
S3 = {
    "VITRINE_S3_ENDPOINT": "http://127.0.0.1:9",
    "VITRINE_S3_BUCKET": "none",
    "VITRINE_S3_ACCESS_KEY": "none",
    "VITRINE_S3_SECRET_KEY": "none",
}


def commands() -> Iterator[tuple[str, list[str]]]:
    for script in sorted((ROOT / "benchmarks").glob("*.py")):
        if "__main__" in script.read_text():
            yield script.name, [f"benchmarks/{script.name}"]
    yield "load", ["-m", "benchmarks.load"]


@pytest.mark.long
def test_every_benchmark_tells_what_it_takes() -> None:
    with ExitStack() as stack:
        started = {
            name: stack.enter_context(
                subprocess.Popen(
                    [sys.executable, *words, "--help"],
                    cwd=ROOT,
                    env=S3 | os.environ,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                )
            )
            for name, words in commands()
        }
        told = {name: process.communicate()[0] for name, process in started.items()}
    assert len(told) > 10
    assert {name: told[name] for name, process in started.items() if process.returncode} == {}
    assert [name for name, text in told.items() if not text.startswith("usage: ")] == []


def test_no_benchmark_stands_before_a_module_of_python() -> None:
    """A script's own folder comes first where Python looks for modules."""
    names = {Path(script).stem for script in (ROOT / "benchmarks").glob("*.py")}
    assert names & set(sys.stdlib_module_names) == set()
