"""Where one size of a picture is served, rendered or not: it is made when asked for."""

from __future__ import annotations

from uploads_app.images.presets import OutputFormat, Preset
from uploads_app.images.recipes import Crop
from uploads_app.models import UploadedFile
from uploads_app.services.rendering.wanted import recipe


def on_demand(file: UploadedFile, preset: Preset, kind: OutputFormat, crop: Crop | None = None) -> str:
    """An absolute path with the version of the picture as it looks now; without a query."""
    made = recipe(file, preset, kind, crop)
    return f"{file.get_absolute_url()}/{preset.name}.{kind.value}?v={made.digest}"
