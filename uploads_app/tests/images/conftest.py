from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from uploads_app.images.ingest import Ingested, ingest
from uploads_app.images.limits import Limits
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.recipes import Recipe
from uploads_app.images.render import render
from uploads_app.images.sandbox import Sandbox
from uploads_app.tests.images.rendering import PILLOW, Make

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


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Renders bytes by one recipe and opens what comes out."""

    def run(data: bytes, preset: str = "w320", format_: str = "webp", **recipe: Any) -> Image.Image:
        source, target = tmp_path / "source", tmp_path / "target"
        source.write_bytes(data)
        made = Recipe(PRESETS[preset], OutputFormat(format_), **recipe)
        [done] = render(source, [(made, target)])
        image = Image.open(target)
        image.load()
        assert image.format == PILLOW[made.format]
        assert (done.width, done.height) == image.size
        assert done.size == target.stat().st_size
        assert target.stat().st_mode & 0o777 == 0o600
        return image

    return run
