"""Edits of a file over HTTP."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from uploads_app import visibility
from uploads_app.api import serializers as shapes
from uploads_app.api.edits_shape import EditsSerializer
from uploads_app.api.representation import metadata
from uploads_app.api.schema import problems
from uploads_app.models import UploadedFile
from uploads_app.services.access import own_file
from uploads_app.services.edit import edit, restore


class EditsView(APIView):
    @extend_schema(
        operation_id="upload_edit",
        summary="Edit a picture without touching its original",
        request=EditsSerializer,
        responses={200: shapes.FileMetadataSerializer, **problems(400, 401, 403, 404, 409, 413, 415, 429)},
    )
    def put(self, request: Request, file_id: UUID) -> Response:
        body = EditsSerializer(data=request.data)
        file = own_file(request.user, file_id)
        body.is_valid(raise_exception=True)
        edit(file, body.asked())
        return _described(file)

    @extend_schema(
        operation_id="upload_restore",
        summary="Bring the original back",
        responses={200: shapes.FileMetadataSerializer, **problems(401, 403, 404, 409, 429)},
    )
    def delete(self, request: Request, file_id: UUID) -> Response:
        file = own_file(request.user, file_id)
        restore(file)
        return _described(file)


def _described(file: UploadedFile) -> Response:
    return Response(metadata(file, visibility.used_by([file.pk]).get(file.pk, ())))
