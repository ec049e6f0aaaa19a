from uploads_app.models.backup import Backup
from uploads_app.models.direct_upload import DirectUpload
from uploads_app.models.idempotency import IdempotencyRecord
from uploads_app.models.moderation import Appeal, ModerationEvent
from uploads_app.models.near_copies import BannedHash, BannedPicture, FileHash
from uploads_app.models.public_copy import PublicCopy, PublicityChange
from uploads_app.models.reasons import Reason
from uploads_app.models.rendition import Rendition
from uploads_app.models.report import Report
from uploads_app.models.stored_copy import StoredCopy
from uploads_app.models.tus_upload import TusPart, TusUpload
from uploads_app.models.uploaded_file import UploadedFile
from uploads_app.models.usage import StorageUsage
from uploads_app.models.walk import Walk
from uploads_app.models.work import PeriodicRun, WorkerBeat

__all__ = [
    "Appeal",
    "Backup",
    "BannedHash",
    "BannedPicture",
    "DirectUpload",
    "FileHash",
    "IdempotencyRecord",
    "ModerationEvent",
    "PeriodicRun",
    "PublicCopy",
    "PublicityChange",
    "Reason",
    "Rendition",
    "Report",
    "StorageUsage",
    "StoredCopy",
    "TusPart",
    "TusUpload",
    "UploadedFile",
    "Walk",
    "WorkerBeat",
]
