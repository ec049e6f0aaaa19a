"""Pieces of the OpenAPI document that many views share."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from uploads_app.api.serializers import ProblemSerializer

PROBLEM = "application/problem+json"

_MEANING = {
    400: "A field is missing or malformed; `errors` says which.",
    401: "No credentials, wrong ones, or a token that is stale or revoked.",
    403: "Known to you but not yours to change, or your storage is full.",
    404: "Absent, or not yours to know of.",
    405: "Not by this method.",
    409: "The state does not allow it.",
    410: "It was here, and is over.",
    412: "Not in this version of the protocol.",
    413: "Over the byte limit.",
    415: "Not of an accepted type.",
    416: "The range lies outside the file.",
    422: "An accepted type that cannot be accepted as it is, or a key reused for another request.",
    429: "Too often; `Retry-After` says when to come back.",
    460: "The bytes do not come to their checksum; none was kept.",
    503: "Database, storage or decoder is away; `Retry-After` says when to come back.",
}


def problems(*statuses: int) -> dict[Any, Any]:
    """The error answers of an operation, each a problem document."""
    return {
        (status, PROBLEM): OpenApiResponse(ProblemSerializer, description=_MEANING[status])
        for status in sorted({*statuses, 503})
    }


IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x20-\\x7e]+$"},
    OpenApiParameter.HEADER,
    description="The same key within 24 hours gives the first answer again and stores nothing twice.",
)

IMAGE_BYTES = {
    (200, media_type): OpenApiResponse(OpenApiTypes.BINARY, description="The picture.")
    for media_type in ("image/jpeg", "image/png", "image/webp")
}
