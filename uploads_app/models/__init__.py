from uploads_app.models.idempotency import IdempotencyRecord
from uploads_app.models.rendition import Rendition
from uploads_app.models.report import Report
from uploads_app.models.uploaded_file import UploadedFile
from uploads_app.models.usage import StorageUsage
from uploads_app.models.work import PeriodicRun, WorkerBeat

__all__ = [
    "IdempotencyRecord",
    "PeriodicRun",
    "Rendition",
    "Report",
    "StorageUsage",
    "UploadedFile",
    "WorkerBeat",
]
