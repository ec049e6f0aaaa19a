"""Untrusted pictures are decoded in child processes that may die: by time, memory or a decoder's fault."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from .errors import DecoderCrashed, DecoderLate, DecoderOutOfMemory, ImageError, SandboxUnavailable
from .ingest import Ingested
from .limits import MIB, Limits
from .render import Rendered, Target
from .sandbox_context import decoder_context
from .sandbox_verdict import verdict
from .sandbox_worker import confine, hashes_of_copies, ingest, render, run_bounded

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_TASKS_PER_WORKER = 500
_START_SECONDS = 15.0
# How much later than its own clock a decoder is ended that cannot look at it: native code may hold the interpreter.
# By then one that had the processor nearly all the time has met its CPU limit, where that is no higher. Of any other
# nobody can tell how much it had: it is taken for late, which blames no good picture and has an end as well.
_GRACE = 2.0


@dataclass(frozen=True, slots=True)
class _Bounds:
    """On one piece of work: seconds of processor time and by the clock, bytes of address space."""

    cpu: float
    wall: float
    memory: int


class Sandbox:
    """A pool of warm decoder processes. Thread-safe; starts at first use, so it may be made before a fork.

    `memory_bytes` bounds the address space of a process; `cpu_seconds` and `wall_seconds` one picture from
    the moment its work begins, or the `render_` ones where it is rendered; `queue_seconds` the wait for a
    free process before that. Each process is replaced when it dies and after 500 pictures, which bounds what
    a leak can grow to.
    """

    def __init__(
        self,
        *,
        workers: int,
        memory_bytes: int = 600 * MIB,
        cpu_seconds: float = 3,
        wall_seconds: float = 12,
        render_memory_bytes: int = 900 * MIB,
        render_cpu_seconds: float = 20,
        render_wall_seconds: float = 20,
        queue_seconds: float = 5,
    ) -> None:
        self._workers = workers
        self._bounds = _Bounds(cpu_seconds, wall_seconds, memory_bytes)
        self._render_bounds = _Bounds(render_cpu_seconds, render_wall_seconds, render_memory_bytes)
        self._queue_seconds = queue_seconds
        # As many tasks are handed out as there are workers, so that none waits inside the pool unseen.
        self._slots = threading.BoundedSemaphore(workers)
        # One of several is always left to pictures on their way in: a render takes many times as long.
        self._render_slots = threading.BoundedSemaphore(max(1, workers - 1))
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._closed = False

    def ingest(self, source: Path, target: Path, limits: Limits) -> Ingested:
        """`images.ingest.ingest` in a child process.

        Raises what it raises; DecoderTimeout, DecoderOutOfMemory and DecoderCrashed (all CorruptImage) if
        the picture was too much for the child; SandboxUnavailable if the work could not be done for no fault
        of the picture, a full disk included, and its kind DecoderLate if time was over before the processor
        had done much, or nobody could tell. `target` does not exist after an error.
        """
        try:
            return self._run(ingest, source, target, limits)
        except ImageError:
            target.unlink(missing_ok=True)
            raise

    def hashes_of_copies(self, source: Path, limits: Limits) -> frozenset[int]:
        """`images.ingest.hashes_of_copies` in a child process. Raises as `ingest` does."""
        return self._run(hashes_of_copies, source, limits)

    def render(self, source: Path, targets: Sequence[Target]) -> list[Rendered]:
        """`images.render.render` in a child process, with the limits of rendering.

        Of several processes one is always left to `ingest`. Raises as `ingest` does. No target exists after
        an error.
        """
        try:
            with self._slot(self._render_slots):
                return self._run_within(self._render_bounds, render, source, targets)
        except ImageError:
            for _, path in targets:
                path.unlink(missing_ok=True)
            raise

    def warm_up(self) -> None:
        """Start the processes now rather than at the first picture; raises SandboxUnavailable."""
        self._run(_ready)

    def is_running(self) -> bool:
        """Whether its processes were started and have not been given up."""
        with self._lock:
            return self._pool is not None and bool(self._pool.active)

    def close(self) -> None:
        """End the processes. Work under way fails with SandboxUnavailable, as does any that comes later."""
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            _stop(pool)

    def _run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return self._run_within(self._bounds, function, *args, **kwargs)

    def _run_within(self, bounds: _Bounds, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self._slot(self._slots):
            try:
                try:
                    return self._attempt(bounds, function, *args, **kwargs)
                except BrokenProcessPool:
                    # A worker died idle, as under the kernel's memory killer: that pool has given up.
                    return self._attempt(bounds, function, *args, **kwargs)
            except BrokenProcessPool as error:
                raise SandboxUnavailable() from error

    @contextmanager
    def _slot(self, slots: threading.BoundedSemaphore) -> Iterator[None]:
        if not slots.acquire(timeout=self._queue_seconds):
            raise SandboxUnavailable()
        try:
            yield
        finally:
            slots.release()

    def _attempt(self, bounds: _Bounds, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        future = self._schedule(bounds, function, *args, **kwargs)
        try:
            return future.result(timeout=bounds.wall + _GRACE + _START_SECONDS)
        except (ImageError, BrokenProcessPool):
            raise
        except MemoryError:
            raise DecoderOutOfMemory() from None
        except TimeoutError as error:
            if not future.done():
                future.cancel()  # type: ignore[no-untyped-call]
                raise SandboxUnavailable() from error
            raise DecoderLate() from None
        except ProcessExpired as error:
            raise verdict(error.exitcode) from None
        except (OSError, CancelledError) as error:
            logger.exception("The sandbox could not do its work")
            raise SandboxUnavailable() from error
        except Exception as error:
            logger.exception("A picture met a fault in the code that reads it")
            raise DecoderCrashed() from error

    def _schedule(
        self, bounds: _Bounds, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> ProcessFuture[T]:
        with self._lock:
            if self._closed:
                raise SandboxUnavailable()
            if self._pool is not None and not self._pool.active:
                _stop(self._pool)
                self._pool = None
            if self._pool is None:
                self._pool = self._new_pool()
            try:
                return self._pool.schedule(
                    run_bounded,
                    args=(bounds.cpu, bounds.wall, bounds.memory, function, *args),
                    kwargs=kwargs,
                    timeout=bounds.wall + _GRACE,
                )
            except RuntimeError as error:
                raise BrokenProcessPool() from error

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._workers,
            max_tasks=_TASKS_PER_WORKER,
            initializer=confine,
            initargs=(self._bounds.memory,),
            context=decoder_context(),
        )


def _stop(pool: ProcessPool) -> None:
    with suppress(RuntimeError, OSError, TimeoutError):
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join(timeout=2)


def _ready() -> None:
    """The work of a process that has nothing to do but be there."""
