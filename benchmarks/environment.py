"""The environment that benchmarks' peers run in, apart from the site's own, and their plots."""

import json
import subprocess
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "benchmarks" / "peers"
WORK = ROOT / "var" / "benchmarks"

_PLOT = """
import json, sys
import matplotlib; matplotlib.use("Agg")
import matplotlib.pyplot as plt
data = json.loads(sys.stdin.read())
{steps}
figure.tight_layout(); figure.savefig(sys.argv[1], dpi=120)
"""


def prepared() -> Path:
    """The environment's Python; made, or brought up to date with peers/requirements.txt, if need be."""
    python, stamp, wanted = WORK / "venv/bin/python", WORK / "venv/.made", PEERS / "requirements.txt"
    if not stamp.exists() or stamp.stat().st_mtime < wanted.stat().st_mtime:
        WORK.mkdir(parents=True, exist_ok=True)
        venv.create(WORK / "venv", with_pip=True)
        run(str(python), "-m", "pip", "install", "-q", "-r", str(wanted))
        stamp.touch()
    return python


def run(*words: str, cwd: Path = ROOT) -> str:
    """What a program prints; raises when it fails."""
    return subprocess.run(words, cwd=cwd, check=True, capture_output=True, text=True).stdout


def draw(steps: str, data: Any, target: Path) -> Path:
    """Draws `data` into `target`. `steps` are lines of Python that make `figure` with `plt` from `data`."""
    words = [str(prepared()), "-c", _PLOT.format(steps=steps), str(target)]
    subprocess.run(words, input=json.dumps(data), text=True, check=True)
    return target
