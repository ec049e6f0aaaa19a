"""The same installation on each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.tests.engines.site import Site, engine_settings, site


@pytest.fixture(params=["database", "celery"])
def engine(request: pytest.FixtureRequest) -> str:
    """What VITRINE_TASKS says."""
    return str(request.param)


@pytest.fixture
def on_engine(engine: str, tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path, engine_settings(engine)) as found:
        yield found
