"""Small pictures for lists of the admin."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from uploads_app.models import UploadedFile


def preview(file: UploadedFile | None, side: int = 64) -> SafeString | str:
    """An <img> within a square of `side` pixels whose room is kept free until it is there; "" for no file."""
    if file is None or not file.is_active:
        return ""
    scale = side / max(file.width, file.height)
    return format_html(
        '<img src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        file.get_absolute_url(),
        file.alt_text,
        max(1, round(file.width * scale)),
        max(1, round(file.height * scale)),
    )
