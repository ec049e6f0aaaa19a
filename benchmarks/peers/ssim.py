"""Mean SSIM of WebP files to plain full-size renders of their source: SOURCE FOLDER … prints JSON by folder.

Wang, Bovik, Sheikh and Simoncelli, "Image Quality Assessment" (2004), on luma, with uniform 8 by 8 windows.
"""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

COVER = {"thumb": (96, 96), "avatar": (256, 256), "card": (480, 360)}
WIDTHS = (320, 640, 960, 1280, 1920)
WINDOW = 8


def means(plane: np.ndarray) -> np.ndarray:
    sums = np.cumsum(np.cumsum(np.pad(plane, ((1, 0), (1, 0))), 0), 1)
    k = WINDOW
    return (sums[k:, k:] - sums[:-k, k:] - sums[k:, :-k] + sums[:-k, :-k]) / (k * k)


def ssim(one: Image.Image, other: Image.Image) -> float:
    x, y = (np.asarray(image.convert("L"), dtype=np.float64) for image in (one, other))
    mx, my = means(x), means(y)
    vx, vy, cov = means(x * x) - mx * mx, means(y * y) - my * my, means(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * mx * my + c1) * (2 * cov + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2))).mean())


def references(image: Image.Image) -> dict[str, Image.Image]:
    made = {}
    for name, (width, height) in COVER.items():
        scale = min(image.width / width, image.height / height)
        left, top = (image.width - width * scale) / 2, (image.height - height * scale) / 2
        box = (
            max(0, left),
            max(0, top),
            min(image.width, left + width * scale),
            min(image.height, top + height * scale),
        )
        made[name] = image.resize((width, height), Image.Resampling.LANCZOS, box)
    for width in WIDTHS:
        size = (width, round(image.height * width / image.width))
        made[f"w{width}"] = image.resize(size, Image.Resampling.LANCZOS)
    return made


whole = Image.open(sys.argv[1]).convert("RGB")
plain = references(whole)
found = {}
for folder in map(Path, sys.argv[2:]):
    values = {}
    for name, reference in plain.items():
        image = Image.open(folder / f"{name}.webp").convert("RGB")
        # A library that rounds a height the other way is compared at the size of the reference.
        values[name] = ssim(
            reference, image if image.size == reference.size else image.resize(reference.size)
        )
    found[str(folder)] = sum(values.values()) / len(values)
print(json.dumps(found))
