"""What was decided and what owners said to it, for staff to read: nothing is added, changed or deleted."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from uploads_app.admin.base import ReadOnlyAdmin
from uploads_app.models import Appeal, ModerationEvent


def file_link(file_id: object, words: object = "") -> SafeString:
    """The way to a file's page: its id, or other words."""
    url = reverse("admin:uploads_app_uploadedfile_change", args=[file_id])
    return format_html('<a href="{}">{}</a>', url, words or file_id)


class ForGood(ReadOnlyAdmin):
    """Rows that stay as they were written."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description="file")
    def of_file(self, row: Any) -> SafeString | str:
        return file_link(row.file_id)


@admin.register(ModerationEvent)
class ModerationEventAdmin(ForGood):
    list_display = ("created_at", "actor_name", "action", "from_state", "to_state", "reason", "of_file")
    list_filter = ("action", "reason", "to_state", "created_at")
    search_fields = ("=file__id", "=actor_name", "=sha256")
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    fields = (
        "of_file", "created_at", "actor_name", "action", "from_state", "from_withheld", "to_state",
        "to_withheld", "serial", "reason", "note", "sha256", "recipe", "evidence",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModerationEvent]:
        """Proof of a takedown is large: it is read with the one event that is looked at."""
        return super().get_queryset(request).defer("evidence")


@admin.register(Appeal)
class AppealAdmin(ForGood):
    list_display = ("created_at", "state", "text", "of_file")
    list_filter = ("state", "created_at")
    search_fields = ("=file__id", "text")
    ordering = ("-pk",)
    fields = ("of_file", "created_at", "state", "text")
    readonly_fields = fields
