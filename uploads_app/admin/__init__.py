"""The admin of files: what Django finds by importing this."""

from uploads_app.admin.bans import BannedPictureAdmin
from uploads_app.admin.files import UploadedFileAdmin
from uploads_app.admin.history import AppealAdmin, ModerationEventAdmin
from uploads_app.admin.reports import ReportAdmin
from uploads_app.admin.usage import StorageUsageAdmin

__all__ = [
    "AppealAdmin",
    "BannedPictureAdmin",
    "ModerationEventAdmin",
    "ReportAdmin",
    "StorageUsageAdmin",
    "UploadedFileAdmin",
]
