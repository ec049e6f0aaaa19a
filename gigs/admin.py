"""Gigs for staff. What changes a gig goes through the services, as everywhere."""

from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from gigs.models import Gig, GigImage
from gigs.pictures import cover_of, with_covers
from gigs.services.delete import delete
from gigs.services.publish import publish
from gigs.services.unpublish import unpublish
from uploads_app.errors import NotFound, VitrineError
from uploads_app.previews import preview, with_previews

_COVER_SIDE = 96  # px


class PublishedFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("published", "Published"), ("draft", "Draft")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Gig]) -> QuerySet[Gig]:
        if self.value() is None:
            return queryset
        return queryset.filter(published_at__isnull=self.value() == "draft")


class GigImageInline(admin.TabularInline[GigImage, Gig]):
    """The pictures, to look at: their owner arranges them."""

    model = GigImage
    extra = 0
    can_delete = False
    fields = (
        "position",
        "picture",
        "file",
        "moderation",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[GigImage]:
        return super().get_queryset(request).select_related("file").prefetch_related(with_previews("file__"))

    def has_add_permission(self, request: HttpRequest, obj: Gig | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Gig | None = None) -> bool:
        return False

    @admin.display(description="picture")
    def picture(self, image: GigImage) -> SafeString | str:
        return preview(image.file, _COVER_SIDE)

    @admin.display(description="moderation")
    def moderation(self, image: GigImage) -> str:
        return image.file.get_moderation_display()


@admin.register(Gig)
class GigAdmin(admin.ModelAdmin[Gig]):
    """Staff see all gigs, publish and take back; what a gig says is its owner's to write."""

    list_display = (
        "cover",
        "title_or_none",
        "owner",
        "price",
        "currency",
        "pictures",
        "published_at",
    )
    list_display_links = (
        "cover",
        "title_or_none",
    )
    list_filter = (
        PublishedFilter,
        "currency",
        "published_at",
    )
    list_select_related = ("owner",)
    list_per_page = 50
    search_fields = (
        "title",
        "description",
        "owner__username",
        "tags__name",
    )
    date_hierarchy = "created_at"
    ordering = ("-id",)
    show_full_result_count = False
    inlines = (GigImageInline,)
    actions = (
        "publish_gigs",
        "unpublish_gigs",
    )
    readonly_fields = (
        "owner",
        "title",
        "description",
        "price",
        "currency",
        "tag_names",
        "published_at",
        "created_at",
        "updated_at",
    )
    fields = readonly_fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Gig]:
        gigs = super().get_queryset(request).annotate(image_count=Count("images", distinct=True))
        return gigs.prefetch_related(with_covers(request.user), with_previews("covers__file__"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Gig | None = None) -> bool:
        """The form only shows: saving it would write back what it read, over newer changes."""
        return False

    def delete_model(self, request: HttpRequest, obj: Gig) -> None:
        delete(gig=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Gig]) -> None:
        for gig in queryset:
            with suppress(NotFound):  # somebody else was first
                delete(gig=gig)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Who may run the actions below."""
        return request.user.has_perm("gigs.change_gig")

    @admin.display(description="cover")
    def cover(self, gig: Gig) -> str:
        cover = cover_of(gig)
        return preview(cover.file, _COVER_SIDE) if cover else "–"

    @admin.display(description="title", ordering="title")
    def title_or_none(self, gig: Gig) -> str:
        return str(gig)

    @admin.display(description="pictures", ordering="image_count")
    def pictures(self, gig: Gig) -> int:
        return int(gig.image_count)  # type: ignore[attr-defined]

    @admin.display(description="tags")
    def tag_names(self, gig: Gig) -> str:
        return ", ".join(tag.name for tag in gig.tags.all()) or "–"

    @admin.action(description="Publish", permissions=["publish"])
    def publish_gigs(self, request: HttpRequest, gigs: QuerySet[Gig]) -> None:
        done = 0
        for gig in gigs:
            try:
                publish(gig=gig)
                done += 1
            except VitrineError as error:
                self.message_user(request, f"{gig}: {error}", messages.ERROR)
        self.message_user(request, f"{done} published.", messages.SUCCESS)

    @admin.action(description="Take back to draft", permissions=["publish"])
    def unpublish_gigs(self, request: HttpRequest, gigs: QuerySet[Gig]) -> None:
        for gig in gigs:
            unpublish(gig=gig)
        self.message_user(request, f"{len(gigs)} taken back.", messages.SUCCESS)
