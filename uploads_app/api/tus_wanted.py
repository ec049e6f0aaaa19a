"""What is said of a picture before it is sent in parts, checked."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from uploads_app.api import tus_headers as headers
from uploads_app.api.fields import TextField
from uploads_app.api.serializers import CATEGORIES
from uploads_app.services.tus import uses
from uploads_app.services.tus.begin import Wanted


class TusMetadataSerializer(serializers.Serializer[Any]):
    """The words of Upload-Metadata that mean something here; others are kept for who sent them."""

    category = serializers.ChoiceField(choices=CATEGORIES)
    filename = serializers.CharField(required=False, allow_blank=True, default="", trim_whitespace=False)
    filetype = serializers.CharField(required=False, allow_blank=True, default="")
    alt_text = TextField(max_length=300, required=False, allow_blank=True, default="")
    caption = TextField(max_length=1000, required=False, allow_blank=True, default="", lines=True)

    class Meta:
        ref_name = None


def wanted(request: Request) -> Wanted:
    """What a request to begin an upload says. Raises ValidationError, Invalid."""
    said, words = headers.metadata(request)
    size = headers.number(request, "Upload-Length", least=1)
    checked = TusMetadataSerializer(data=words)
    checked.is_valid(raise_exception=True)
    data = checked.validated_data
    return Wanted(
        category=data["category"],
        filename=data["filename"],
        content_type=data["filetype"].lower(),
        size=size,
        metadata=said,
        alt_text=data["alt_text"],
        caption=data["caption"],
        uses=uses.named_in(data["category"], words),
    )
