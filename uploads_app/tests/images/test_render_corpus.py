"""Every valid file of the shared corpus, in every preset, beside a plain render of it."""

from pathlib import Path

import pytest
from PIL import Image

from uploads_app.images.geometry import UPRIGHT
from uploads_app.images.ingest import ingest
from uploads_app.images.limits import Limits
from uploads_app.images.pixels import reduced, to_srgb
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.recipes import Recipe
from uploads_app.images.render import render
from uploads_app.tests.images.colour_difference import Difference, coded, difference, on_white
from uploads_app.tests.images.corpus import Row, absent, rows
from uploads_app.tests.images.rendering import reference

_ROWS = [row for row in rows("orientation", "valid") if row.expectation == "accept"]


def _bound(row: Row) -> Difference:
    """Measured, as in rendering.BOUNDS: at most 2.5 and 6.7; of noise 5.3 and 8.9."""
    return Difference(mean=6.5, worst=11) if "noise" in row.id else Difference(mean=3, worst=8)


@absent
@pytest.mark.shared
@pytest.mark.parametrize("row", _ROWS or [None], ids=lambda row: row.id if row else "none")
def test_it_renders_right_in_all_presets(row: Row, tmp_path: Path) -> None:
    stored = tmp_path / "stored"
    known = ingest(row.path, stored, Limits())
    targets = [(Recipe(preset, OutputFormat.WEBP), tmp_path / name) for name, preset in PRESETS.items()]
    render(stored, targets)

    with Image.open(row.path) as image:
        image.load()
        plain = to_srgb(reduced(image, 1), image.info.get("icc_profile"))
    if known.orientation in UPRIGHT:
        plain = plain.transpose(UPRIGHT[known.orientation])
    assert plain.size == (known.width, known.height)
    for recipe, path in targets:
        with Image.open(path) as made:
            expected = reference(plain, recipe.preset.name)
            assert made.size == expected.size
            found = difference(on_white(made), coded(expected))
            assert found.within(_bound(row)), (recipe.preset.name, found)
