#!/usr/bin/env python
"""How many bytes, and how much processor time, does a photograph cost: itself, and all its sizes in each format?

    .venv/bin/python benchmarks/bytes.py FOLDER

Renders as a worker does, without the decoder's cage; processor time, so that what else runs matters little.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from PIL import Image

from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.recipes import Recipe
from uploads_app.images.render import render


def sizes(photograph: Path, format_: OutputFormat, folder: Path) -> tuple[int, float]:
    """Bytes of all sizes, and seconds of processor time."""
    targets = [(Recipe(preset=preset, format=format_), folder / preset.name) for preset in PRESETS.values()]
    begun = time.process_time()
    render(photograph, targets)
    return sum(path.stat().st_size for _, path in targets), time.process_time() - begun


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("folder", type=Path)
    folder = options.parse_args().folder
    photographs = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in (".jpg", ".jpeg")]
    print(
        "| photograph | megapixels | itself, kB | WebP, kB | s | AVIF, kB | s |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    )
    rows: list[list[float]] = []
    with tempfile.TemporaryDirectory() as home:
        for path in photographs:
            with Image.open(path) as picture:
                row = [picture.width * picture.height / 1e6, path.stat().st_size / 1000]
            for format_ in (OutputFormat.WEBP, OutputFormat.AVIF):
                stored, took = sizes(path, format_, Path(home))
                row += [stored / 1000, took]
            rows.append(row)
            print(f"| {path.stem} | " + " | ".join(f"{value:,.1f}" for value in row) + " |", flush=True)
    for name, middle in (("mean", statistics.mean), ("median", statistics.median)):
        print(
            f"| {name} | " + " | ".join(f"{middle(column):,.1f}" for column in zip(*rows, strict=True)) + " |"
        )


if __name__ == "__main__":
    main()
