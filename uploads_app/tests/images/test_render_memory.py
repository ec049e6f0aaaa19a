"""Every picture that is accepted gets all its sizes in every format within the memory of rendering."""

from pathlib import Path

import pytest
from PIL import Image

from uploads_app.images.errors import DecoderOutOfMemory
from uploads_app.images.limits import MIB
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.recipes import Edits, Filters, Recipe
from uploads_app.images.sandbox import Sandbox

from . import misbehaviour


@pytest.fixture(scope="module")
def tallest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As many bytes a pixel and as many pixels in a rendition as there can be."""
    path = tmp_path_factory.mktemp("tallest") / "source"
    Image.new("RGBA", (1920, 16_383), (200, 120, 40, 128)).save(path, "PNG")
    return path


@pytest.mark.parametrize("format_", list(OutputFormat))
@pytest.mark.parametrize("filters", [Filters(), Filters(sepia=True, contrast=0.2, sharpen=1.0, blur=1.0)])
def test_the_tallest_picture_that_is_accepted_gets_every_size_within_memory(
    filters: Filters, format_: OutputFormat, tallest: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    sides = {name: preset.width for name, preset in PRESETS.items()}
    edits = Edits(filters=filters)
    targets = [(Recipe(preset, format_, edits), tmp_path / name) for name, preset in PRESETS.items()]
    made = sandbox.render(tallest, targets)
    widths = dict(zip(PRESETS, (one.width for one in made), strict=True))
    assert widths == sides | {"w1280": 968, "w1920": 968}


def test_what_rendering_may_use_is_not_there_for_others(
    sandbox: Sandbox, tallest: Path, tmp_path: Path
) -> None:
    sandbox.render(tallest, [(Recipe(PRESETS["thumb"], OutputFormat.WEBP), tmp_path / "thumb")])
    with pytest.raises(DecoderOutOfMemory):
        sandbox._run(misbehaviour.allocate, 700 * MIB)
