"""Edits between their three shapes: what is kept on a row, what the API shows, what the renderer takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from uploads_app.images.recipes import UNEDITED, Crop, Edits, Filters, Point
from uploads_app.models import UploadedFile


def from_json(kept: Mapping[str, Any]) -> Edits:
    """Edits as a row keeps them. Raises ValueError for a crop outside of the picture."""
    if not kept:
        return UNEDITED
    crop = kept.get("crop")
    return Edits(
        crop=Crop(**crop) if crop else None,
        rotate=kept.get("rotate", 0),
        flip=kept.get("flip", False),
        filters=Filters(**kept.get("filters", {})),
    )


def to_json(edits: Edits) -> dict[str, Any]:
    """Edits as a row keeps them: empty for none, so that "has edits" is a plain condition."""
    kept = edits.normalised()
    return {} if kept == UNEDITED else asdict(kept)


def shown(kept: Mapping[str, Any]) -> dict[str, Any] | None:
    """Edits as the API shows them: every field, or None while there are none."""
    return asdict(from_json(kept)) if kept else None


def edits_of(file: UploadedFile) -> Edits:
    """What its owner changed about a picture."""
    return from_json(file.edits)


def focal_of(file: UploadedFile) -> Point | None:
    """The point to keep in view: the owner's, else the detected one, else None, which is the middle."""
    if file.focal_x is not None and file.focal_y is not None:
        return Point(file.focal_x, file.focal_y)
    if file.detected_x is not None and file.detected_y is not None:
        return Point(file.detected_x, file.detected_y)
    return None
