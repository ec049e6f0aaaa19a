#!/usr/bin/env python
"""Taking a picture in (checks, sanitising, strict decode, fingerprints) against Pillow's bare decode of it.

    .venv/bin/python benchmarks/ingest.py [FILE …] [--repeat 9]

Without files: pictures made here from one scene, as JPEG, progressive JPEG, WebP and PNG. In one process,
without the sandbox's pipes; the two take turns. Prints medians in milliseconds and their ratio.
"""

import argparse
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image

from benchmarks.scenes import scene
from uploads_app.images.ingest import ingest
from uploads_app.images.limits import Limits


def made(folder: Path) -> list[Path]:
    """The pictures to measure where none are named."""
    picture = scene((4000, 3000))
    kinds: dict[str, dict[str, object]] = {
        "baseline.jpg": {"quality": 88},
        "progressive.jpg": {"quality": 88, "progressive": True},
        "lossy.webp": {"quality": 80, "method": 1},
    }
    for name, options in kinds.items():
        picture.save(folder / name, **options)  # type: ignore[arg-type]  # by format
    smooth = picture.resize((1000, 750)).resize(picture.size)
    smooth.save(folder / "rgb.png", compress_level=1)
    smooth.resize((2000, 1500)).convert("RGBA").save(folder / "rgba.png")
    return sorted(folder.iterdir())


def bare(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as image:
        image.load()


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("files", type=Path, nargs="*")
    options.add_argument("--repeat", type=int, default=9)
    asked = options.parse_args()
    print(f"{'picture':<36} {'bare decode':>12} {'taken in':>10} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryDirectory() as pictures:
        for path in asked.files or made(Path(pictures)):
            data, target = path.read_bytes(), Path(scratch) / "clean"
            pairs = [
                (seconds(partial(bare, data)), seconds(partial(ingest, path, target, Limits())))
                for _ in range(asked.repeat + 1)
            ][1:]
            decode, whole = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
            print(f"{path.name[:36]:<36} {decode:>12.1f} {whole:>10.1f} {whole / decode:>6.2f}")


if __name__ == "__main__":
    main()
