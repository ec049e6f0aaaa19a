"""What owners say about their pictures: alternative text, caption, focal point."""

from dataclasses import dataclass
from typing import Any

from uploads_app.errors import NotFound
from uploads_app.models import UploadedFile
from uploads_app.services.rendering.changes import CHANGED
from uploads_app.services.rendering.wake import wake


@dataclass(frozen=True, slots=True)
class FocalPoint:
    """The point that crops keep in view, in 0..1 of the upright picture from its top left."""

    x: float
    y: float


def annotate(file: UploadedFile, changes: dict[str, Any]) -> None:
    """Changes `alt_text`, `caption` or `focal_point` (a FocalPoint; None forgets it). Ignores other keys.

    Raises NotFound when the file was deleted meanwhile: nothing is written on a tombstone.
    """
    changed: dict[str, Any] = {}
    fields: dict[str, Any] = {name: changes[name] for name in ("alt_text", "caption") if name in changes}
    if "focal_point" in changes:
        point: FocalPoint | None = changes["focal_point"]
        fields |= {"focal_x": point.x, "focal_y": point.y} if point else {"focal_x": None, "focal_y": None}
        # Other crops follow under new addresses; the present ones may be seen, and stay until then.
        changed = CHANGED
    if not fields:
        return
    ready = UploadedFile.objects.filter(pk=file.pk, lifecycle=UploadedFile.Lifecycle.READY)
    if not ready.update(**fields, **changed):
        raise NotFound()
    if changed:
        wake(file.pk)
    for name, value in fields.items():
        setattr(file, name, value)
