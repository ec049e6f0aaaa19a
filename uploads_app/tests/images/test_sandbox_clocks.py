"""Decoders that do not end: whose fault it is depends on what the processor did meanwhile."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from uploads_app.images import sandbox as module
from uploads_app.images.errors import CorruptImage, DecoderLate, DecoderTimeout, SandboxUnavailable
from uploads_app.images.limits import Limits
from uploads_app.images.sandbox import Sandbox
from uploads_app.tests.image_factories import jpeg_bytes

from . import misbehaviour


def ended(sandbox: Sandbox, *work: Any) -> type[BaseException]:
    """How a sandbox ends this; it serves a good picture after that."""
    sandbox.warm_up()
    with pytest.raises((CorruptImage, SandboxUnavailable)) as error:
        sandbox._run(*work)
    assert sandbox._run(abs, -64) == 64
    sandbox.close()
    return error.type


def test_one_that_burns_its_processor_time_is_ended_for_the_picture_s_fault() -> None:
    sandbox = Sandbox(workers=1, cpu_seconds=0.5, wall_seconds=60)
    assert ended(sandbox, misbehaviour.spin) is DecoderTimeout


def test_one_that_worked_for_most_of_its_time_by_the_clock_is_too() -> None:
    sandbox = Sandbox(workers=1, cpu_seconds=60, wall_seconds=1)
    assert ended(sandbox, misbehaviour.stand_still_after_much_work, 60) is DecoderTimeout


def test_one_that_hardly_got_the_processor_is_ended_for_nobody_s_fault() -> None:
    assert ended(Sandbox(workers=1, wall_seconds=1), time.sleep, 60) is DecoderLate


def test_so_is_one_that_cannot_look_at_its_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.5)
    assert ended(Sandbox(workers=1, wall_seconds=1), misbehaviour.stand_still, 60) is DecoderLate


def test_a_picture_s_time_begins_with_its_own_work(tmp_path: Path) -> None:
    sandbox = Sandbox(workers=1, wall_seconds=3)
    (tmp_path / "good").write_bytes(jpeg_bytes())
    process = sandbox._run(misbehaviour.slow_lineage, 2)
    assert sandbox._run(misbehaviour.slow_lineage, 2) == process
    assert sandbox.ingest(tmp_path / "good", tmp_path / "clean", Limits()).width == 64
    sandbox.close()


def test_where_no_thread_can_be_started_the_machine_is_at_fault() -> None:
    sandbox = Sandbox(workers=1)
    sandbox._run(misbehaviour.have_no_more_threads)
    with pytest.raises(SandboxUnavailable):
        sandbox._run(abs, -64)
    sandbox.close()
