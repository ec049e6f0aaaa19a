"""What people keep, for staff."""

from django.contrib import admin
from django.http import HttpRequest

from uploads_app.admin.base import ReadOnlyAdmin
from uploads_app.models import StorageUsage


@admin.register(StorageUsage)
class StorageUsageAdmin(ReadOnlyAdmin):
    list_display = ("owner", "files", "bytes")
    list_select_related = ("owner",)
    search_fields = ("owner__username",)
    ordering = ("-bytes",)

    def has_delete_permission(self, request: HttpRequest, obj: StorageUsage | None = None) -> bool:
        return False
