"""Pieces of the OpenAPI document that the views of gigs share."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from gigs.rules import MAX_ID

GIG_ID = OpenApiParameter(
    "gig_id", {"type": "integer", "format": "int64", "minimum": 1, "maximum": MAX_ID}, OpenApiParameter.PATH
)
ANYBODY: Any = [{"bearer": []}, {"cookie": []}, {}]
