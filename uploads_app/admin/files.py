"""Files for staff: to find and look at, and to delete through the service; never to add or change."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString

from uploads_app import visibility
from uploads_app.admin.ban_page import BanPage
from uploads_app.admin.dashboard import DashboardPage
from uploads_app.admin.file_page import FilePage
from uploads_app.admin.queue import QueueViews
from uploads_app.errors import NotFound
from uploads_app.models import UploadedFile
from uploads_app.previews import preview, with_previews
from uploads_app.services.delete import delete_file


@admin.register(UploadedFile)
class UploadedFileAdmin(QueueViews, DashboardPage, BanPage, FilePage):
    list_display = (
        "small_preview",
        "name",
        "owner",
        "category",
        "lifecycle",
        "moderation",
        "rendering_state",
        "size",
        "uploaded_at",
    )
    list_display_links = ("small_preview", "name")
    list_filter = ("lifecycle", "moderation", "rendering", "category", "content_type", "uploaded_at")
    list_select_related = ("owner",)
    search_fields = ("original_filename", "owner__username", "=id", "=sha256")
    ordering = ("-uploaded_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[UploadedFile]:
        return super().get_queryset(request).prefetch_related(with_previews())

    @admin.display(description="picture")
    def small_preview(self, file: UploadedFile) -> SafeString | str:
        return preview(file) or "–"

    @admin.display(description="name", ordering="original_filename")
    def name(self, file: UploadedFile) -> str:
        return file.original_filename or "(purged)"

    @admin.display(description="renditions", ordering="rendering")
    def rendering_state(self, file: UploadedFile) -> str:
        """In words: what is set aside needs a person to look at it."""
        if file.rendering == UploadedFile.Rendering.POISON:
            return f"set aside: ended its decoder {file.render_deaths} times"
        return str(file.get_rendering_display())

    @admin.display(description="size", ordering="file_size")
    def size(self, file: UploadedFile) -> str:
        return filesizeformat(file.file_size)

    def has_delete_permission(self, request: HttpRequest, obj: UploadedFile | None = None) -> bool:
        """Only what is ready can be deleted; the rest is gone or on its way."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_active)

    def delete_model(self, request: HttpRequest, obj: UploadedFile) -> None:
        delete_file(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[UploadedFile]) -> None:
        """Each through the service; one that is gone already is no failure of the others."""
        for file in queryset.filter(lifecycle=UploadedFile.Lifecycle.READY):
            try:
                delete_file(file)
            except NotFound:
                continue

    def get_deleted_objects(
        self, objs: Iterable[UploadedFile], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """What the service will do: rows stay as tombstones, profiles and gigs are only detached."""
        files = [file for file in objs if file.is_active]
        uses = visibility.used_by(file.pk for file in files)
        named = [
            [str(file), [f"is taken out of {u.kind} {u.title}" for u in uses.get(file.pk, ())]]
            for file in files
        ]
        return [entry for pair in named for entry in pair if entry], {"files": len(files)}, set(), []
