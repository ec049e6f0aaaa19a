"""How decoder processes are started: by a fork server that knows the decoders and nothing of the web process.

A web process has threads, so forking it is unsafe. The standard fork server and spawn methods re-run the
parent's `__main__` in every child: `manage.py`, the web server's own script, or pytest.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.context
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import popen_forkserver, process, spawn
from typing import Any

_PRELOADED = ["uploads_app.images.sandbox_worker"]
_hiding = threading.Lock()


class _Popen(popen_forkserver.Popen):
    def _launch(self, process_obj: process.BaseProcess) -> None:
        with _main_hidden():
            super()._launch(process_obj)  # type: ignore[misc]


class _Process(multiprocessing.context.ForkServerProcess):
    @staticmethod
    def _Popen(process_obj: process.BaseProcess) -> popen_forkserver.Popen:  # noqa: N802
        return _Popen(process_obj)


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
