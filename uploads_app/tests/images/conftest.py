from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from uploads_app.images.ingest import Ingested, ingest
from uploads_app.images.limits import Limits
from uploads_app.images.sandbox import Sandbox

Take = Callable[..., tuple[Ingested, bytes]]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Ingest bytes; gives what is known of them and the clean bytes."""

    def run(data: bytes, limits: Limits | None = None) -> tuple[Ingested, bytes]:
        source, target = tmp_path / "source", tmp_path / "target"
        source.write_bytes(data)
        ingested = ingest(source, target, limits or Limits())
        return ingested, target.read_bytes()

    return run


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    pool = Sandbox(workers=1)
    pool.warm_up()
    yield pool
    pool.close()
