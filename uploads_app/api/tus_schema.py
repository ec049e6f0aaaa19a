"""Uploads in parts, for the OpenAPI document."""

from typing import Any, Literal

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from uploads_app.api.schema import IDEMPOTENCY_KEY, problems
from uploads_app.api.serializers import FileUploadResponseSerializer, ProblemSerializer
from uploads_app.api.tus_headers import BYTES, VERSION
from uploads_app.services.tus.receive import ALGORITHMS

HEADER: Literal["header"] = "header"
_BODY = {BYTES: OpenApiTypes.BINARY}


class TusUploadSerializer(serializers.Serializer[Any]):
    """An upload in parts, and what became of it."""

    state = serializers.ChoiceField(choices=("open", "done", "refused"))
    offset = serializers.IntegerField(min_value=0, help_text="Bytes that have arrived.")
    length = serializers.IntegerField(min_value=1, help_text="Bytes that were announced.")
    expires_at = serializers.DateTimeField()
    file = FileUploadResponseSerializer(allow_null=True, help_text="Where it is done, and not deleted since.")
    problem = ProblemSerializer(allow_null=True, help_text="What it was refused for.")


def _said(name: str, schema: dict[str, Any], *, required: bool = False, text: str = "") -> OpenApiParameter:
    return OpenApiParameter(name, schema, HEADER, required=required, description=text)


_VERSION = _said("Tus-Resumable", {"type": "string", "enum": [VERSION]}, required=True)
_METHOD = _said(
    "X-HTTP-Method-Override", {"type": "string", "enum": ["PATCH", "HEAD", "DELETE"]}, required=True
)
_BYTES = {"type": "integer", "format": "int64"}
_CHECKSUM = _said(
    "Upload-Checksum",
    {"type": "string", "pattern": f"^({'|'.join(ALGORITHMS)}) [A-Za-z0-9+/]+={{0,2}}$"},
    text="Of the bytes of this body: its algorithm, and what they come to in base64.",
)
_METADATA = _said(
    "Upload-Metadata",
    {"type": "string", "maxLength": 8000},
    required=True,
    text="`category` (required), `filename`, `filetype`, `alt_text`, `caption`, and for a gig `gig_id`: each with "
    "its value in base64 after a space, with commas between.",
)


def _told(status: int, *names: str, text: str) -> dict[Any, Any]:
    headers = [OpenApiParameter(name, str, HEADER, response=[status]) for name in ("Tus-Resumable", *names)]
    return {"parameters": headers, "response": {status: OpenApiResponse(description=text)}}


def _call(told: dict[Any, Any], sent: list[OpenApiParameter], statuses: tuple[int, ...]) -> dict[str, Any]:
    return {"parameters": [*sent, *told["parameters"]], "responses": told["response"] | problems(*statuses)}


STARTING: dict[str, Any] = {
    "operation_id": "upload_tus",
    "summary": "Begin an upload in parts (tus 1.0.0)",
    "request": _BODY,
    **_call(
        _told(201, "Location", "Upload-Offset", "Upload-Expires", "Upload-File", text="Begun."),
        [
            _VERSION,
            _said("Upload-Length", _BYTES | {"minimum": 1}, required=True),
            _METADATA,
            _CHECKSUM,
            IDEMPOTENCY_KEY,
        ],
        (400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 460),
    ),
}
READING: dict[str, Any] = {
    "operation_id": "upload_tus_read",
    "summary": "What became of an upload in parts",
    "responses": {200: TusUploadSerializer, **problems(401, 404, 410)},
}
SENDING: dict[str, Any] = {
    "operation_id": "upload_tus_send",
    "summary": "Send bytes of an upload in parts; the last ones make the file (tus 1.0.0)",
    "request": _BODY,
    **_call(
        _told(204, "Upload-Offset", "Upload-Expires", "Upload-File", text="These bytes are kept."),
        [_VERSION, _said("Upload-Offset", _BYTES | {"minimum": 0}, required=True), _CHECKSUM],
        (400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 429, 460),
    ),
}
ENDING: dict[str, Any] = {
    "operation_id": "upload_tus_end",
    "summary": "End an upload in parts, with what came of it (tus 1.0.0)",
    **_call(_told(204, text="It is over."), [_VERSION], (401, 403, 404, 409, 410, 412, 429)),
}
INSTEAD: dict[str, Any] = {
    "operation_id": "upload_tus_instead",
    "summary": "The same as another method, where that does not get through (tus 1.0.0)",
    "request": _BODY,
    **_call(
        _told(204, "Upload-Offset", "Upload-Expires", "Upload-File", text="As that method answers."),
        [_VERSION, _METHOD, _said("Upload-Offset", _BYTES | {"minimum": 0}, text="Of PATCH."), _CHECKSUM],
        (400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 429, 460),
    ),
}
INSTEAD["responses"][200] = OpenApiResponse(description="As HEAD answers.")
