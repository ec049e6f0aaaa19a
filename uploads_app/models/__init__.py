from uploads_app.models.idempotency import IdempotencyRecord
from uploads_app.models.rendition import Rendition
from uploads_app.models.uploaded_file import UploadedFile
from uploads_app.models.usage import StorageUsage

__all__ = ["IdempotencyRecord", "Rendition", "StorageUsage", "UploadedFile"]
