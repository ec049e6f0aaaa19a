#!/usr/bin/env python
"""Which changed copies of a banned photograph are caught, and what else is: recall and false positives.

    .venv/bin/python benchmarks/near_copies.py FOLDER [--side 1600] [--random 250]

FOLDER holds photographs. Each is banned in turn, as the site would; its copies are made here, taken in as an
upload is, and compared. Negatives are all other photographs, tiles of them (skies and walls among them, which
have little to tell them apart), and the pictures of the demo. Nothing is stored.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import combinations_with_replacement, permutations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image, ImageOps

from gigs.demo.cast import CAST
from gigs.demo.drawing import draw_avatar, draw_shot
from gigs.demo.offers import OFFERS
from uploads_app.images.ingest import hashes_of_copies, ingest
from uploads_app.images.limits import Limits
from uploads_app.images.phash import hamming_distance, is_flat

Cuts = tuple[float, float, float, float]
LIMITS = Limits(max_bytes=100_000_000)
DISTANCES = (4, 5, 6, 7, 8, 9, 10)
CROPS: dict[str, Cuts] = {
    "5 % of one side": (0.05, 0, 0, 0),
    "2.5 % of each side": (0.025,) * 4,
    "5 % of two sides that meet": (0.05, 0.05, 0, 0),
    "5 % of two sides that do not": (0.05, 0, 0.05, 0),
    "5 % of each side": (0.05,) * 4,
}


def opened(source: Path, side: int) -> Image.Image:
    with Image.open(source) as image:
        image.draft("RGB", (side, side))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((side, side), Image.Resampling.LANCZOS)
    return upright


class Taker:
    """Hashes pictures as the site does: encoded, taken in from a file."""

    def __init__(self, folder: Path) -> None:
        self._file, self._clean = folder / "source", folder / "clean"

    def hash(self, image: Image.Image, kind: str = "PNG", **options: object) -> int:
        image.save(self._file, kind, **options)
        return ingest(self._file, self._clean, LIMITS).phash

    def ban(self, image: Image.Image) -> frozenset[int]:
        image.save(self._file, "JPEG", quality=92)
        return hashes_of_copies(self._file, LIMITS)


def cut(image: Image.Image, cuts: Cuts) -> Image.Image:
    width, height = image.size
    left, top, right, bottom = cuts
    right, bottom = round(width - right * width), round(height - bottom * height)
    return image.crop((round(left * width), round(top * height), right, bottom))


def scaled(image: Image.Image, factor: float) -> Image.Image:
    return image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.LANCZOS)


def any_cuts(rng: random.Random) -> Cuts:
    """Up to 5 % off each side, or nothing."""
    left, top, right, bottom = (rng.choice((0, rng.uniform(0, 0.05))) for _ in range(4))
    return left, top, right, bottom


def copies(take: Taker, image: Image.Image, randoms: int) -> Iterator[tuple[str, int]]:
    """What is done to a picture, and the hash of what comes of it."""
    for quality in (40, 50, 70, 95):
        yield f"JPEG at quality {quality}", take.hash(image, "JPEG", quality=quality)
    for factor in (0.3, 0.5, 2.0):
        yield f"scaled by {factor}", take.hash(scaled(image, factor), "JPEG", quality=85)
    yield "PNG", take.hash(image, compress_level=1)
    yield "WebP at quality 80", take.hash(image, "WEBP", quality=80, method=0)
    for name, cuts in CROPS.items():
        for turned in dict.fromkeys((cuts, cuts[1:] + cuts[:1], cuts[2:] + cuts[:2], cuts[3:] + cuts[:3])):
            yield f"without {name}", take.hash(cut(image, turned), "JPEG", quality=85)
            small = scaled(cut(image, turned), 0.5)
            yield f"without {name}, halved, quality 40", take.hash(small, "JPEG", quality=40)
    rng = random.Random(1)
    for _ in range(randoms):
        made = scaled(cut(image, any_cuts(rng)), rng.choice((0.3, 0.5, 1)))
        yield (
            "any cuts up to 5 %, any scale and quality",
            take.hash(made, "JPEG", quality=rng.randint(40, 95)),
        )
        yield "the same, mirrored", take.hash(ImageOps.mirror(made), "JPEG", quality=rng.randint(40, 95))


def nearest(hash_: int, hashes: frozenset[int]) -> int:
    """As the search would have it: what is flat is near to nothing."""
    return 64 if is_flat(hash_) or not hashes else min(hamming_distance(hash_, one) for one in hashes)


def recall(take: Taker, photographs: dict[str, Image.Image], randoms: int) -> None:
    found: dict[str, Counter[int]] = {}
    for image in photographs.values():
        hashes = take.ban(image)
        for name, hash_ in copies(take, image, randoms):
            found.setdefault(name, Counter())[nearest(hash_, hashes)] += 1
    print("Caught, %, by the distance allowed\n")
    print(f"| copy | pictures | {' | '.join(map(str, DISTANCES))} | furthest |")
    print(f"| --- | ---: | {' | '.join('---:' for _ in DISTANCES)} | ---: |")
    for name, counts in found.items():
        shares = [100 * caught(counts, most) / counts.total() for most in DISTANCES]
        print(f"| {name} | {counts.total()} | {' | '.join(f'{one:.4g}' for one in shares)} | {max(counts)} |")


def caught(counts: Counter[int], most: int) -> int:
    return sum(count for bits, count in counts.items() if bits <= most)


def false_positives(name: str, take: Taker, pictures: dict[str, Image.Image]) -> None:
    """Each banned in turn against every other that is not from the same place."""
    hashes = {key: take.hash(image, compress_level=1) for key, image in pictures.items()}
    banned = {key: take.ban(image) for key, image in pictures.items()}
    flat = sum(map(is_flat, hashes.values()))
    near = Counter[int]()
    nearby = []
    for one, other in permutations(pictures, 2):
        bits = nearest(hashes[other], banned[one])
        near[bits] += 1
        if bits <= 7:
            nearby.append(f"{bits}: {one} - {other}")
    shares = ", ".join(f"{most}: {caught(near, most)}" for most in DISTANCES)
    print(f"\n{name}: {len(pictures)} pictures, {flat} of them flat, {near.total()} pairs. Within {shares}")
    for line in sorted(nearby)[:12]:
        print(f"  {line}")


def tiles(photographs: dict[str, Image.Image]) -> dict[str, Image.Image]:
    """Sixteen parts of each photograph that do not overlap."""
    parts = {}
    for name, image in photographs.items():
        width, height = image.width // 4, image.height // 4
        for place in range(16):
            x, y = place % 4 * width, place // 4 * height
            parts[f"{name}[{place}]"] = image.crop((x, y, x + width, y + height))
    return parts


def demo(folder: Path, side: int) -> dict[str, Image.Image]:
    drawn = [draw_shot(shot, offer.title, n) for offer in OFFERS for n, shot in enumerate(offer.shots)]
    drawn += [draw_avatar(person, n) for n, person in enumerate(CAST)]
    pictures = {}
    for one in drawn:
        (folder / "drawn").write_bytes(one.data)
        pictures[one.name] = opened(folder / "drawn", side)
    return pictures


def alike(take: Taker, photographs: dict[str, Image.Image]) -> dict[str, str]:
    """Photographs that are the same picture under another name: {name: the name it first had}."""
    hashes = {name: take.hash(image, compress_level=1) for name, image in photographs.items()}
    pairs = combinations_with_replacement(sorted(hashes), 2)
    first: dict[str, str] = {}
    for one, other in pairs:
        if hamming_distance(hashes[one], hashes[other]) <= 2:
            first.setdefault(other, one)
    return {name: known for name, known in first.items() if name != known}


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("folder", type=Path)
    options.add_argument("--side", type=int, default=1600)
    options.add_argument("--random", type=int, default=250)
    asked = options.parse_args()
    photographs = {path.name: opened(path, asked.side) for path in sorted(asked.folder.glob("*.jp*g"))}
    with tempfile.TemporaryDirectory() as scratch:
        take = Taker(Path(scratch))
        recall(take, photographs, asked.random)
        same = alike(take, photographs)
        print(f"\nThe same picture twice: {same or 'none'}")
        others = {name: image for name, image in photographs.items() if name not in same}
        drawn = demo(Path(scratch), asked.side)
        false_positives("Photographs", take, others)
        false_positives("Tiles of photographs", take, tiles(others))
        false_positives("Photographs and the demo", take, others | drawn)


if __name__ == "__main__":
    main()
