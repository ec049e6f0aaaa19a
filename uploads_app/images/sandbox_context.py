"""How decoder processes are started: by a fork server that knows the decoders and nothing of the web process.

A web process has threads, so forking it is unsafe. The standard fork server and spawn methods re-run the
parent's `__main__` in every child: `manage.py`, the web server's own script, or pytest.

An orderly stop is often sent to the whole process group (systemd, a terminal). It is the parent's to answer:
the fork server and its children never see it, finish what is waited for, and end with the parent.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.context
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import popen_forkserver, process, resource_tracker, spawn
from typing import Any

_PRELOADED = ["uploads_app.images.sandbox_worker"]
_STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_hiding = threading.Lock()


class _Popen(popen_forkserver.Popen):
    def _launch(self, process_obj: process.BaseProcess) -> None:
        with _main_hidden(), _stops_blocked():
            super()._launch(process_obj)  # type: ignore[misc]


class _Process(multiprocessing.context.ForkServerProcess):
    @staticmethod
    def _Popen(process_obj: process.BaseProcess) -> popen_forkserver.Popen:  # noqa: N802
        return _Popen(process_obj)

    def terminate(self) -> None:
        """By SIGKILL: the usual SIGTERM is not heard, and a decoder has nothing to put in order."""
        self.kill()


class _Context(multiprocessing.context.ForkServerContext):
    Process = _Process


def decoder_context() -> multiprocessing.context.ForkServerContext:
    """The start method of decoder processes, its fork server told what to import once for all of them."""
    context = _Context()
    context.set_forkserver_preload(_PRELOADED)
    return context


@contextmanager
def _main_hidden() -> Iterator[None]:
    """Leave `__main__` out of what a child of this thread is told to import; other threads see no change."""
    original, owner = spawn.get_preparation_data, threading.get_ident()

    def without_main(name: str) -> dict[str, Any]:
        data: dict[str, Any] = dict(original(name))
        if threading.get_ident() == owner:
            data.pop("init_main_from_name", None)
            data.pop("init_main_from_path", None)
        return data

    with _hiding:
        original = spawn.get_preparation_data
        spawn.get_preparation_data = without_main
        try:
            yield
        finally:
            spawn.get_preparation_data = original


@contextmanager
def _stops_blocked() -> Iterator[None]:
    """Block the signals of an orderly stop in this thread: a fork server started meanwhile inherits that,
    from its first instruction on, and so do the decoders that it forks.
    """
    resource_tracker.ensure_running()  # its start would unblock them again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
