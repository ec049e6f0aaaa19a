#!/usr/bin/env python
"""The eight presets from photographs, as WebP: Vitrine, sharp (libvips) and three Django libraries.

    .venv/bin/python benchmarks/renditions.py [FILE …] [--rounds 3] [--passes 3]

Makes its peers' environments in var/benchmarks at the first run (pip and npm). Programs take turns, each round
in a warm process of its own. Prints a table of medians and ratios, and draws var/benchmarks/renditions.png.
Without files: two photographs of 12 and two of 24 megapixels beside the project, where they are, else a scene
made here.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.environment import PEERS, ROOT, WORK, draw, prepared, run
from benchmarks.scenes import photograph

PHOTOS = ROOT.parent / "shared" / "photos"
CHOSEN = (
    "immich__text_book-beside-flowers.jpg",
    "elementary__photo-1451187580459-43490279c0fa.jpeg",
    "elementary__Julia_Craice.jpg",
    "elementary__Carmine_De_Fazio.jpg",
)
LIBRARIES = ("sorl-thumbnail", "easy-thumbnails", "django-imagekit")
Found = dict[str, dict[str, Any]]


def with_sharp() -> Path:
    """The Python of the peers' environment; sharp's modules are there too."""
    if not (PEERS / "sharp" / "node_modules").exists():
        run("npm", "ci", "--no-audit", "--no-fund", cwd=PEERS / "sharp")
    return prepared()


def commands(python: Path) -> dict[str, tuple[str, ...]]:
    django = str(PEERS / "django_sizes.py")
    return {
        "Vitrine": (sys.executable, str(PEERS / "vitrine_sizes.py")),
        "sharp": ("node", str(PEERS / "sharp" / "sizes.mjs")),
        **{name: (str(python), django, name) for name in LIBRARIES},
    }


def measured(photo: Path, python: Path, rounds: int, passes: int) -> Found:
    found: Found = {}
    programs = commands(python)
    for _ in range(passes):
        for name, words in programs.items():
            folder = WORK / name
            folder.mkdir(parents=True, exist_ok=True)
            # The slow ones once a pass: their time hardly varies.
            told = json.loads(
                run(*words, str(photo), str(folder), str(rounds if name in ("Vitrine", "sharp") else 1))
            )
            one = found.setdefault(name, {"times": [], "cpu": [], "peak": 0.0})
            # The first round of a process warms it.
            skip = 1 if len(told["times"]) > 1 else 0
            one["times"] += told["times"][skip:]
            one["cpu"] += told["cpu"][skip:]
            one["peak"] = max(one["peak"], told["peak"])
    quality = json.loads(
        run(str(python), str(PEERS / "ssim.py"), str(photo), *(str(WORK / name) for name in programs))
    )
    for name, one in found.items():
        one["ssim"] = quality[str(WORK / name)]
        one["bytes"] = sum(path.stat().st_size for path in (WORK / name).glob("*.webp"))
        one["ms"], one["cpu ms"] = statistics.median(one["times"]), statistics.median(one["cpu"])
    return found


def table(photo: Path, found: Found) -> str:
    ours = found["Vitrine"]
    lines = [
        f"\n{photo.name}\n",
        "| | ms | Vitrine / it | CPU ms | peak MB | kB | SSIM |",
        "| --- " + "| ---: " * 6 + "|",
    ]
    for name, one in found.items():
        lines.append(
            f"| {name} | {one['ms']:.0f} | {ours['ms'] / one['ms']:.2f} | {one['cpu ms']:.0f} | {one['peak']:.0f} "
            f"| {one['bytes'] / 1000:.0f} | {one['ssim']:.4f} |"
        )
    return "\n".join(lines)


PLOT = """
names = list(next(iter(data.values())))
figure, axes = plt.subplots(figsize=(9, 4.5))
for at, (photo, found) in enumerate(data.items()):
    axes.bar([n + at * 0.2 for n in range(len(names))], [found[name]["ms"] for name in names], 0.2, label=photo[:32])
axes.set_yscale("log"); axes.set_ylabel("ms for eight sizes (log)")
axes.set_xticks([n + 0.3 for n in range(len(names))], names); axes.legend(fontsize=7)
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--passes", type=int, default=3)
    asked = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    python = with_sharp()
    photos = (
        asked.files
        or [path for name in CHOSEN if (path := PHOTOS / name).exists()]
        or [photograph(WORK, (6000, 4000))]
    )
    everything = {}
    for photo in photos:
        everything[photo.name] = measured(photo, python, asked.rounds, asked.passes)
        print(table(photo, everything[photo.name]), flush=True)
    print(f"\ndrawn: {draw(PLOT, everything, WORK / 'renditions.png')}")


if __name__ == "__main__":
    main()
