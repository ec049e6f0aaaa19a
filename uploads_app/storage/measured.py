"""Storages whose calls are counted and timed, under their alias."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from uploads_app.observing.measuring import calling

Storage = TypeVar("Storage", bound=type)

_CALLS = ("mark", "exists", "size", "write_once", "remove", "open_stored", "read", "look", "set_aside")


def measured(storage: Storage) -> Storage:
    """Measures the calls of a class of storages. Lists, which are as long as what they are used for, are not."""
    for name in _CALLS:
        if name in vars(storage):
            setattr(storage, name, _measured(vars(storage)[name]))
    if "local_copy" in vars(storage):
        storage.local_copy = _measured_copy(vars(storage)["local_copy"])  # type: ignore[attr-defined]  # it has
    return storage


def _measured(call: Callable[..., Any]) -> Callable[..., Any]:
    name = call.__name__

    @wraps(call)
    def counted(self: Any, *args: Any, **kwargs: Any) -> Any:
        with calling(alias_of(self), name):
            return call(self, *args, **kwargs)

    return counted


def _measured_copy(
    call: Callable[..., AbstractContextManager[Path]],
) -> Callable[..., AbstractContextManager[Path]]:
    """Until the copy is there; what is done with it is no call of the storage."""

    @wraps(call)
    @contextmanager
    def counted(self: Any, key: str) -> Iterator[Path]:
        with ExitStack() as stack:
            with calling(alias_of(self), "local_copy"):
                path = stack.enter_context(call(self, key))
            yield path

    return counted


def alias_of(storage: Any) -> str:
    """Under which alias a storage is known; `none` of one that was not asked for by it."""
    return str(getattr(storage, "alias", "none"))
