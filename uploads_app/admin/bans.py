"""The bans that stand and those that were lifted, for who may ban and lift."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from uploads_app.admin.history import ForGood, file_link
from uploads_app.admin.queue_posts import person
from uploads_app.errors import Conflict, NotFound, PermissionDenied
from uploads_app.models import BannedPicture
from uploads_app.previews import preview, with_previews
from uploads_app.services.moderation.bans import lift
from uploads_app.services.moderation.powers import Power, has


class Standing(admin.SimpleListFilter):
    """Those that stand, or those that were lifted."""

    title = "standing"
    parameter_name = "lifted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Stands"), ("yes", "Lifted")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[BannedPicture]) -> QuerySet[BannedPicture]:
        if self.value() in ("no", "yes"):
            return queryset.filter(lifted_at__isnull=self.value() == "no")
        return queryset


@admin.register(BannedPicture)
class BannedPictureAdmin(ForGood):
    list_display = (
        "small_preview", "of_file", "reason", "note", "by", "created_at", "lifted_at",
    )  # fmt: skip
    list_display_links = ("reason",)
    list_filter = (Standing, "reason", "created_at")
    list_select_related = ("file",)
    search_fields = ("=sha256", "=file__id", "=banned_by_name", "note")
    ordering = ("-pk",)
    fields = ("of_file", "sha256", "reason", "note", "by", "created_at", "lifted_at")
    readonly_fields = fields
    actions = ("lift_chosen",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[BannedPicture]:
        return super().get_queryset(request).prefetch_related(with_previews("file__"))

    def has_view_permission(self, request: HttpRequest, obj: BannedPicture | None = None) -> bool:
        return self.has_ban_permission(request)

    def has_ban_permission(self, request: HttpRequest) -> bool:
        return has(person(request), Power.BAN)

    @admin.display(description="file")
    def of_file(self, row: BannedPicture) -> SafeString | str:
        """By its name: a list of ids tells nobody anything."""
        return "–" if row.file is None else file_link(row.file_id, row.file)

    @admin.display(description="by", ordering="banned_by_name")
    def by(self, row: BannedPicture) -> str:
        return row.banned_by_name

    @admin.display(description="picture")
    def small_preview(self, row: BannedPicture) -> SafeString | str:
        return preview(row.file) or "–"

    @admin.action(description="Lift selected bans", permissions=["ban"])
    def lift_chosen(self, request: HttpRequest, queryset: QuerySet[BannedPicture]) -> None:
        """Each through the service; one that cannot be lifted keeps no other back."""
        lifted = 0
        for ban in queryset.order_by("pk"):
            try:
                lift(ban_id=ban.pk, by=person(request))
            except (Conflict, NotFound, PermissionDenied) as error:
                messages.error(request, f"{ban} was not lifted. {error}")
            else:
                lifted += 1
        if lifted:
            messages.success(request, "1 ban lifted." if lifted == 1 else f"{lifted} bans lifted.")
