"""Decoder processes that are told to end: whose fault that is, and what becomes of the picture under way."""

import os
import signal
import threading
import time

import pytest

from uploads_app.images.errors import DecoderCrashed, SandboxUnavailable
from uploads_app.images.sandbox import Sandbox

from . import misbehaviour


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_sent_to_the_whole_group_leaves_the_work_under_way_to_its_end(
    stop: signal.Signals, sandbox: Sandbox
) -> None:
    decoder, server = sandbox._run(misbehaviour.lineage)
    done: list[tuple[int, int]] = []
    work = threading.Thread(target=lambda: done.append(sandbox._run(misbehaviour.slow_lineage, 0.6)))
    work.start()
    time.sleep(0.3)
    for process in (decoder, server):
        os.kill(process, stop)
    work.join()
    assert done == [(decoder, server)]
    assert sandbox._run(os.getpid)


def test_a_decoder_that_the_kernel_ends_counts_as_the_pictures_fault(sandbox: Sandbox) -> None:
    with pytest.raises(DecoderCrashed):
        sandbox._run(misbehaviour.kill, signal.SIGKILL)


def test_a_fork_server_that_is_killed_is_not_blamed_on_the_picture() -> None:
    sandbox = Sandbox(workers=1)
    sandbox.warm_up()
    with pytest.raises(SandboxUnavailable):
        sandbox._run(misbehaviour.kill_parent)
    assert sandbox._run(os.getpid)
    sandbox.close()
