"""What is said of originals and renditions when they are stored."""

from uploads_app.disposition import inline, rendition_name
from uploads_app.images.presets import OutputFormat
from uploads_app.models import Rendition, UploadedFile
from uploads_app.storage.base import Facts

# Whoever was let in may keep what they got: bytes at a key never change. No shared cache may.
PRIVATE = "private, max-age=86400, immutable"
# Of copies that everybody may read. One that is withdrawn is removed, and a CDN is told.
EVERYBODYS = "public, max-age=31536000, immutable"


def of_original(file: UploadedFile) -> Facts:
    return Facts(file.sha256, file.content_type, inline(file.original_filename), PRIVATE)


def of_rendition(row: Rendition, original_filename: str, sha256: str) -> Facts:
    """`sha256` is given, as a row learns it only once it is ready."""
    content_type = OutputFormat(row.format).content_type
    return Facts(sha256, content_type, inline(rendition_name(original_filename, row.format)), PRIVATE)


def of_public_copy(row: Rendition, original_filename: str) -> Facts:
    content_type = OutputFormat(row.format).content_type
    return Facts(row.sha256, content_type, inline(rendition_name(original_filename, row.format)), EVERYBODYS)
