"""What people reported, for staff."""

from django.contrib import admin
from django.http import HttpRequest

from uploads_app.admin.base import ReadOnlyAdmin
from uploads_app.models import Report


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("file", "reason", "detail", "reporter", "created_at")
    list_filter = ("reason", "created_at")
    list_select_related = ("file", "reporter")
    search_fields = ("=file__id", "detail", "reporter__username")
    ordering = ("-pk",)

    def has_delete_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        return False
