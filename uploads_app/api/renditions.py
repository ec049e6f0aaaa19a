"""One size of a picture over HTTP: the lean view, and its place in the schema."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from uploads_app.api.schema import problems
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.serve.views import serve_rendition

_BYTES: dict[Any, Any] = {
    (200, format_.content_type): OpenApiResponse(OpenApiTypes.BINARY, description="The picture.")
    for format_ in OutputFormat
}


class RenditionView(APIView):
    """GET and HEAD never come here in life: `urls` sends them straight to `serve_rendition`."""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="upload_rendition",
        summary="One size of a picture",
        parameters=[
            OpenApiParameter("preset", str, OpenApiParameter.PATH, enum=list(PRESETS)),
            OpenApiParameter(
                "extension", str, OpenApiParameter.PATH, enum=[format_.value for format_ in OutputFormat]
            ),
            OpenApiParameter("v", str, description="The version, as the API's addresses have it."),
            OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="A single byte range."),
        ],
        responses={**_BYTES, (206, "image/*"): bytes, 302: None, 304: None, **problems(401, 404, 409, 416)},
    )
    def get(self, request: Request, file_id: UUID, preset: str, extension: str) -> HttpResponseBase:
        return serve_rendition(request._request, file_id, preset, extension)
