"""Threads that talk to storages, while the one that called them talks to the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Crew:
    """`jobs` threads. What they run must not ask the database: a connection each would be left open."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def each(
        self,
        work: Callable[[Item], Result],
        items: Sequence[Item],
        meanwhile: Callable[[], object],
        every: float,
    ) -> list[tuple[Item, Result]]:
        """What `work` gives of each item; calls `meanwhile` here every so many seconds until all are done.

        Raises what `work` raises.
        """
        futures = [self._pool.submit(work, item) for item in items]
        while wait(futures, timeout=every).not_done:
            meanwhile()
        return [(item, future.result()) for item, future in zip(items, futures, strict=True)]


@contextmanager
def crew(jobs: int) -> Iterator[Crew]:
    """A crew; at the end what nobody began is dropped, and what is under way is waited for."""
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="moving")
    try:
        yield Crew(pool)
    finally:
        pool.shutdown(cancel_futures=True)
