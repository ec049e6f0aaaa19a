"""The same list as DRF's own parts give it: ModelSerializer, cursor pages, simplejwt's authentication.

`PeerView` answers with the very content of `my-files`, which the benchmark checks; `BareView` with the table's
own columns and nothing else. Written for speed where the idiom leaves a choice: everything is prefetched, what is
public is told from the prefetched uses, and addresses are put together instead of reversed.
"""

from pathlib import PurePosixPath
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework_simplejwt.authentication import JWTAuthentication

from config.urls import urlpatterns as ours
from gigs.models import GigImage
from uploads_app.models import Rendition, UploadedFile
from users.models import Profile

LIMIT = 20
WIDTHS = ("w320", "w640", "w960", "w1280", "w1920")


class RenditionSerializer(serializers.ModelSerializer[Rendition]):
    url = serializers.SerializerMethodField()

    class Meta:
        model = Rendition
        fields = ("url", "width", "height")

    def get_url(self, row: Rendition) -> str:
        return f"/api/upload/{row.file_id}/{row.preset}.{row.format}?v={row.digest}"


class FileSerializer(serializers.ModelSerializer[UploadedFile]):
    file_id = serializers.UUIDField(source="id")
    filename = serializers.SerializerMethodField()
    upload_category = serializers.CharField(source="category")
    file_url = serializers.CharField(source="get_absolute_url")
    file_path = serializers.CharField(source="file.name")
    user_id = serializers.IntegerField(source="owner_id")
    is_active = serializers.SerializerMethodField()
    moderation_status = serializers.CharField(source="moderation")
    renditions = serializers.SerializerMethodField()
    srcset = serializers.SerializerMethodField()
    focal_point = serializers.SerializerMethodField()
    edits = serializers.SerializerMethodField()
    visibility = serializers.SerializerMethodField()
    in_use_by = serializers.SerializerMethodField()

    class Meta:
        model = UploadedFile
        fields = (
            *("file_id", "filename", "original_filename", "content_type", "file_size", "upload_category"),
            *("uploaded_at", "file_url", "width", "height", "placeholder", "renditions", "srcset"),
            *("removed_metadata", "file_path", "user_id", "is_active", "sha256", "frames", "dominant_color"),
            *("alt_text", "caption", "focal_point", "edits", "moderation_status", "visibility", "in_use_by"),
        )

    def get_filename(self, file: UploadedFile) -> str:
        return PurePosixPath(str(file.file.name)).name

    def get_is_active(self, file: UploadedFile) -> bool:
        return file.lifecycle == "ready"

    def get_renditions(self, file: Any) -> dict[str, Any]:
        rows = RenditionSerializer(file.shown, many=True).data
        return {row.preset: shown for row, shown in zip(file.shown, rows, strict=True)}

    def get_srcset(self, file: Any) -> str:
        own = sorted((row for row in file.shown if row.preset in WIDTHS), key=lambda row: row.width)
        return ", ".join(
            f"/api/upload/{file.pk}/{row.preset}.{row.format}?v={row.digest} {row.width}w" for row in own
        )

    def get_focal_point(self, file: UploadedFile) -> dict[str, Any] | None:
        return None if file.focal_x is None else {"x": file.focal_x, "y": file.focal_y}

    def get_edits(self, file: UploadedFile) -> dict[str, Any] | None:
        return file.edits or None

    def get_visibility(self, file: Any) -> str:
        gigs = any(use.gig.published_at and use.gig.owner.is_active for use in file.gig_images.all())
        profiles = any(use.is_public and use.user.is_active for use in file.profiles.all())
        return "public" if file.moderation != "rejected" and (gigs or profiles) else "private"

    def get_in_use_by(self, file: Any) -> list[dict[str, str]]:
        return [
            {"kind": "profile", "id": use.user.username, "title": str(use)} for use in file.profiles.all()
        ] + [{"kind": "gig", "id": str(use.gig_id), "title": str(use.gig)} for use in file.gig_images.all()]


class BareSerializer(serializers.ModelSerializer[UploadedFile]):
    class Meta:
        model = UploadedFile
        fields = (
            *("id", "original_filename", "content_type", "file_size", "category", "uploaded_at", "width"),
            *("height", "placeholder", "removed_metadata", "owner", "lifecycle", "sha256", "frames"),
            *("dominant_color", "alt_text", "caption", "focal_x", "focal_y", "moderation", "edits"),
        )


class Pages(CursorPagination):
    page_size = LIMIT
    ordering = ("-uploaded_at", "-id")


class BareView(ListAPIView[UploadedFile]):
    serializer_class: Any = BareSerializer
    pagination_class = Pages
    authentication_classes = (JWTAuthentication,)
    throttle_classes = ()

    def get_queryset(self) -> QuerySet[UploadedFile]:
        return UploadedFile.objects.filter(owner=self.request.user.pk, lifecycle="ready")


class PeerView(BareView):
    serializer_class = FileSerializer

    def get_queryset(self) -> QuerySet[UploadedFile]:
        shown = Rendition.objects.filter(state="ready", format="webp", variant="")
        return (
            super()
            .get_queryset()
            .prefetch_related(
                Prefetch("renditions", shown, to_attr="shown"),
                Prefetch("gig_images", GigImage.objects.select_related("gig__owner").order_by("gig")),
                Prefetch("profiles", Profile.objects.select_related("user")),
            )
        )


urlpatterns = [
    path("api/peer/full", PeerView.as_view()),
    path("api/peer/bare", BareView.as_view()),
    *ours,
]
