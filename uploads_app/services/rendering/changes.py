"""What a change that gives other renditions writes on the file's row beside itself."""

from typing import Any

from django.db.models import F

from uploads_app.models import UploadedFile

# Back on the list of work, as if new.
WAITING_AGAIN: dict[str, Any] = {
    "rendering": UploadedFile.Rendering.WAITING,
    "render_after": None,
    "render_attempts": 0,
    "render_deaths": 0,
}
# What was begun before the change cannot end after it.
CHANGED: dict[str, Any] = {**WAITING_AGAIN, "revision": F("revision") + 1}
