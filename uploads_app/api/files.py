"""One's files: list, metadata, deletion, usage, and what is accepted."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from uploads_app import pagination, visibility
from uploads_app.api import serializers as shapes
from uploads_app.api.people import person
from uploads_app.api.representation import metadata
from uploads_app.api.schema import IMAGE_BYTES, problems
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.models import UploadedFile
from uploads_app.serve.views import serve_file
from uploads_app.services.access import own_file
from uploads_app.services.annotate import annotate
from uploads_app.services.delete import delete_file
from uploads_app.services.direct.end import cancel
from uploads_app.services.library import list_files
from uploads_app.services.moderation.appeal import attach_appeals
from uploads_app.services.usage import usage_of

# Made once: a serializer that only checks keeps nothing of what it checked.
_LIST_QUERY = shapes.FileListQuerySerializer()


class FileView(APIView):
    """One file. GET and HEAD never come here in life: `urls` sends them straight to `serve_file`."""

    permission_classes = (AllowAny,)  # own_file asks for credentials itself

    @extend_schema(
        operation_id="upload_bytes",
        summary="The image's bytes, as stored",
        parameters=[
            OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="A single byte range.")
        ],
        responses={
            **IMAGE_BYTES,
            (206, "image/*"): bytes,
            302: None,
            304: None,
            **problems(401, 404, 409, 416),
        },
    )
    def get(self, request: Request, file_id: UUID) -> HttpResponseBase:
        return serve_file(request._request, file_id)

    @extend_schema(
        operation_id="upload_delete",
        summary="Delete a file, or cancel a direct upload",
        responses={204: None, **problems(401, 403, 404, 409, 429)},
    )
    def delete(self, request: Request, file_id: UUID) -> Response:
        if not cancel(request.user, file_id):
            delete_file(own_file(request.user, file_id))
        return Response(status=204)


class FileMetadataView(APIView):
    @extend_schema(
        operation_id="upload_metadata",
        summary="What is known of a file",
        responses={200: shapes.FileMetadataSerializer, **problems(401, 403, 404, 409)},
    )
    def get(self, request: Request, file_id: UUID) -> Response:
        return _described(own_file(request.user, file_id, staff_too=True))

    @extend_schema(
        operation_id="upload_metadata_update",
        summary="Change alternative text, caption or focal point",
        request=shapes.FileMetadataUpdateSerializer,
        responses={200: shapes.FileMetadataSerializer, **problems(400, 401, 403, 404, 409, 413, 415, 429)},
    )
    def patch(self, request: Request, file_id: UUID) -> Response:
        changes = shapes.FileMetadataUpdateSerializer(data=request.data)
        file = own_file(request.user, file_id)
        changes.is_valid(raise_exception=True)
        annotate(file, changes.validated_data)
        return _described(file)


class MyFilesView(APIView):
    @extend_schema(
        operation_id="upload_my_files",
        summary="One's own files, newest first",
        parameters=[shapes.FileListQuerySerializer],
        responses={200: shapes.FileListSerializer, **problems(400, 401)},
    )
    def get(self, request: Request) -> Response:
        page = list_files(request.user, **_LIST_QUERY.run_validation(request.query_params.dict()))
        uses = visibility.used_by(file.pk for file in page.rows)
        attach_appeals(page.rows)
        return Response(
            {
                "next": pagination.link(request.path, request.query_params, page.next),
                "previous": pagination.link(request.path, request.query_params, page.previous),
                "results": [metadata(file, uses.get(file.pk, ())) for file in page.rows],
            }
        )


class StorageUsageView(APIView):
    @extend_schema(
        operation_id="upload_usage",
        summary="What one keeps, beside the quota",
        responses={200: shapes.StorageUsageSerializer, **problems(401)},
    )
    def get(self, request: Request) -> Response:
        return Response(usage_of(person(request)))


class ImageValidationConfigView(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="upload_config",
        summary="What is accepted",
        responses={200: shapes.ImageValidationConfigSerializer, **problems(401)},
    )
    def get(self, request: Request) -> Response:
        return Response(_config())


def _config() -> dict[str, Any]:
    return {
        "max_file_size": settings.VITRINE_MAX_FILE_SIZE,
        "max_pixels": settings.VITRINE_MAX_PIXELS,
        "max_frames": settings.VITRINE_MAX_FRAMES,
        "allowed_content_types": list(shapes.CONTENT_TYPES),
        "categories": list(UploadedFile.Category.values),
        "presets": {
            preset.name: {"width": preset.width, "height": preset.height, "fit": preset.fit.value}
            for preset in PRESETS.values()
        },
        "formats": [format_.value for format_ in OutputFormat],
        "quota_bytes": settings.VITRINE_QUOTA_BYTES,
        "max_images_per_gig": settings.VITRINE_MAX_IMAGES_PER_GIG,
    }


def _described(file: UploadedFile) -> Response:
    return Response(metadata(file, visibility.used_by([file.pk]).get(file.pk, ())))
