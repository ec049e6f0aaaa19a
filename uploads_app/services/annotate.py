"""What owners say about their pictures: alternative text, caption, focal point."""

from dataclasses import dataclass
from typing import Any

from uploads_app.models import UploadedFile


@dataclass(frozen=True, slots=True)
class FocalPoint:
    """The point that crops keep in view, in 0..1 of the upright picture from its top left."""

    x: float
    y: float


def annotate(file: UploadedFile, changes: dict[str, Any]) -> None:
    """Changes `alt_text`, `caption` or `focal_point` (a FocalPoint; None forgets it). Ignores other keys."""
    fields: list[str] = [name for name in ("alt_text", "caption") if name in changes]
    for name in fields:
        setattr(file, name, changes[name])
    if "focal_point" in changes:
        point: FocalPoint | None = changes["focal_point"]
        file.focal_x, file.focal_y = (point.x, point.y) if point else (None, None)
        fields += ["focal_x", "focal_y"]
    if fields:
        file.save(update_fields=fields)
