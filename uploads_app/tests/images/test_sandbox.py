"""A decoder process may crash, hang or eat memory; the picture is refused and the next one is served."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uploads_app.images.errors import (
    CorruptImage,
    DecoderCrashed,
    DecoderOutOfMemory,
    SandboxUnavailable,
    TooManyPixels,
    UnsupportedMediaType,
)
from uploads_app.images.ingest import Ingested, ingest
from uploads_app.images.limits import Limits
from uploads_app.images.sandbox import Sandbox
from uploads_app.tests.image_factories import jpeg_bytes

from . import misbehaviour

PROJECT = Path(__file__).resolve().parents[3]
Serve = Callable[[Sandbox], Ingested]


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    (tmp_path / "good").write_bytes(jpeg_bytes())
    return lambda sandbox: sandbox.ingest(tmp_path / "good", tmp_path / "clean", Limits())


@pytest.mark.parametrize(
    ("work", "error"),
    [
        ((misbehaviour.crash,), DecoderCrashed),
        ((os.abort,), DecoderCrashed),
        ((os._exit, 3), DecoderCrashed),
        ((misbehaviour.allocate, 2**31), DecoderOutOfMemory),
    ],
)
def test_a_dying_decoder_refuses_the_picture_and_serves_the_next(
    work: tuple[Any, ...], error: type[CorruptImage], sandbox: Sandbox, serve: Serve
) -> None:
    with pytest.raises(error):
        sandbox._run(*work)
    assert serve(sandbox).width == 64


def test_the_result_is_that_of_a_plain_call(sandbox: Sandbox, serve: Serve, tmp_path: Path) -> None:
    sandboxed = serve(sandbox)
    assert sandboxed == ingest(tmp_path / "good", tmp_path / "again", Limits())
    assert (tmp_path / "clean").read_bytes() == (tmp_path / "again").read_bytes()


def test_errors_cross_over_with_class_and_sentence(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a picture")
    (tmp_path / "big").write_bytes(jpeg_bytes((30, 30)))
    with pytest.raises(UnsupportedMediaType, match="Only JPEG, PNG and WebP"):
        sandbox.ingest(tmp_path / "text", tmp_path / "clean", Limits())
    with pytest.raises(TooManyPixels):
        sandbox.ingest(tmp_path / "big", tmp_path / "clean", Limits(max_pixels=899))


def test_nothing_is_left_at_the_target_after_a_crash(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "clean"
    run = sandbox._run
    monkeypatch.setattr(sandbox, "_run", lambda *_: run(misbehaviour.write_and_crash, target))
    with pytest.raises(DecoderCrashed):
        sandbox.ingest(tmp_path / "good", target, Limits())
    assert not target.exists()


def test_a_disk_error_is_not_blamed_on_the_picture(sandbox: Sandbox, serve: Serve, tmp_path: Path) -> None:
    serve(sandbox)
    with pytest.raises(SandboxUnavailable):
        sandbox.ingest(tmp_path / "good", tmp_path / "no such folder" / "clean", Limits())


def test_a_worker_killed_while_idle_is_replaced(sandbox: Sandbox, serve: Serve) -> None:
    for pause in (0.0, 0.5):
        os.kill(sandbox._run(os.getpid), signal.SIGKILL)
        time.sleep(pause)
        assert serve(sandbox).width == 64


def test_closing_ends_the_processes_at_once() -> None:
    sandbox = Sandbox(workers=2)
    sandbox.warm_up()
    decoder, _ = sandbox._run(misbehaviour.lineage)
    begun = time.monotonic()
    sandbox.close()
    assert time.monotonic() - begun < 2
    assert not misbehaviour.alive(decoder)


def test_the_wait_for_a_free_worker_is_bounded(serve: Serve) -> None:
    sandbox = Sandbox(workers=1, queue_seconds=0.2)
    sandbox.warm_up()
    busy = threading.Thread(target=sandbox._run, args=(time.sleep, 2))
    busy.start()
    time.sleep(0.3)
    with pytest.raises(SandboxUnavailable):
        serve(sandbox)
    busy.join()
    assert serve(sandbox).width == 64
    sandbox.close()


def test_many_threads_share_few_workers(tmp_path: Path) -> None:
    (tmp_path / "good").write_bytes(jpeg_bytes())
    sandbox, done = Sandbox(workers=2, queue_seconds=30), list[int]()

    def work(number: int) -> None:
        done.append(sandbox.ingest(tmp_path / "good", tmp_path / f"clean{number}", Limits()).width)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sandbox.close()
    assert done == [64] * 16


def test_a_closed_sandbox_takes_no_work(serve: Serve) -> None:
    sandbox = Sandbox(workers=1)
    sandbox.close()
    with pytest.raises(SandboxUnavailable):
        serve(sandbox)


def test_a_decoder_process_knows_no_secrets(sandbox: Sandbox) -> None:
    assert sandbox._run(misbehaviour.secrets) == {}


PARENT = """
import os, sys, time
print("main", flush=True)
from uploads_app.images.sandbox import Sandbox
from uploads_app.images.sandbox_worker import confine
import runpy
sandbox = Sandbox(workers=1)
sandbox.warm_up()
print(sandbox._run(os.getpid), flush=True)
print(sandbox._run(eval, "'django' in __import__('sys').modules"), flush=True)
time.sleep(60)
"""


def test_the_parents_main_is_not_run_again_and_no_orphan_outlives_it(tmp_path: Path) -> None:
    script = tmp_path / "server.py"  # has no __name__ guard, as a web server's own script may not
    script.write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "main\n"
        worker = int(parent.stdout.readline())
        assert parent.stdout.readline() == "False\n"
        parent.send_signal(signal.SIGKILL)
    for _ in range(50):
        if not misbehaviour.alive(worker):
            return
        time.sleep(0.1)
    pytest.fail("the decoder process outlived its parent")


def test_the_image_package_imports_no_django() -> None:
    code = "import sys, uploads_app.images.sandbox; print('django' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=PROJECT, check=True
    )
    assert done.stdout.strip() == "False"
