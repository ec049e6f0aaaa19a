"""The whole of an edited picture, for staff: what its owner cropped away may be what a report is about."""

from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.images.recipes import Recipe
from uploads_app.models import UploadedFile
from uploads_app.services.rendering.make import render_into, temporaries

_WHOLE = Recipe(preset=PRESETS["w1280"], format=OutputFormat.WEBP)


def whole_picture(file: UploadedFile) -> bytes:
    """A WebP of a ready file without its edits, 1280 px wide at most, rendered anew and kept nowhere.

    So that no address of it outlives the look at it. Raises what `make` raises, but Conflict.
    """
    with temporaries(1) as [path]:
        render_into(file, [(_WHOLE, path)])
        return path.read_bytes()
