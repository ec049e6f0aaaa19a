"""Shapes: of what comes in, checked; of what goes out, for the schema."""

from typing import Any
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gigs import rules
from gigs.services.search import GigSearch, Ordering
from uploads_app.api.edits_shape import CropSerializer
from uploads_app.api.fields import FileIdField, TextField
from uploads_app.api.serializers import FileUploadSerializer, PictureSerializer
from uploads_app.images.recipes import Crop

_AMOUNT: dict[str, Any] = {
    "oneOf": [
        {"type": "string", "pattern": r"^[0-9]{1,8}(\.[0-9]{1,2})?$"},
        {"type": "number", "minimum": 0, "maximum": float(rules.MAX_PRICE)},
    ]
}


class PriceField(serializers.DecimalField):
    """An amount with at most two decimals: a string such as "25.00", or a number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=10, decimal_places=2, min_value=0, max_value=rules.MAX_PRICE, **kwargs)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        if data == "" or isinstance(data, bool):
            self.fail("invalid")
        return super().validate_empty_values(data)


@extend_schema_field(_AMOUNT)
class AmountField(PriceField):
    """A price on its way in."""


class GigUpdateSerializer(serializers.Serializer[Any]):
    """What an owner may write. Everything else in a body is passed over."""

    title = TextField(max_length=rules.MAX_TITLE, allow_blank=True, required=False)
    description = TextField(max_length=rules.MAX_DESCRIPTION, allow_blank=True, required=False, lines=True)
    price = AmountField(allow_null=True, required=False)
    currency = serializers.ChoiceField(choices=rules.CURRENCIES, required=False)
    tags = serializers.ListField(
        child=TextField(max_length=rules.MAX_TAG),
        max_length=rules.MAX_TAGS,
        required=False,
        help_text="Kept in lower case, each once.",
    )


class GigCreateSerializer(GigUpdateSerializer):
    title = TextField(max_length=rules.MAX_TITLE, allow_blank=True)


class GigSerializer(serializers.Serializer[Any]):
    """A gig in a list."""

    id = serializers.IntegerField(min_value=1)
    title = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    price = PriceField(allow_null=True)
    currency = serializers.ChoiceField(choices=rules.CURRENCIES)
    tags = serializers.ListField(child=serializers.CharField())
    owner = serializers.CharField(help_text="Their username.")
    is_published = serializers.BooleanField()
    published_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    cover = PictureSerializer(allow_null=True)


class GigDetailSerializer(GigSerializer):
    """A gig with its pictures in order; the first is the cover."""

    images = PictureSerializer(many=True)


class GigListSerializer(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = GigSerializer(many=True)


class GigListQuerySerializer(serializers.Serializer[Any]):
    search = TextField(
        max_length=100,
        required=False,
        allow_blank=True,
        help_text="Words; all of them are in the title or the description.",
    )
    tag = TextField(max_length=rules.MAX_TAG, required=False, allow_blank=True)
    owner = TextField(max_length=150, required=False, allow_blank=True, help_text="A username.")
    min_price = AmountField(required=False)
    max_price = AmountField(required=False)
    ordering = serializers.ChoiceField(
        choices=[order.value for order in Ordering], required=False, default=Ordering.NEWEST.value
    )
    limit = serializers.IntegerField(min_value=1, max_value=100, required=False, default=20)
    cursor = serializers.CharField(max_length=500, required=False)

    def wanted(self) -> GigSearch:
        """The checked query as the service takes it."""
        data = self.validated_data
        return GigSearch(
            text=data.get("search", ""),
            tag=data.get("tag", ""),
            owner=data.get("owner", ""),
            min_price=data.get("min_price"),
            max_price=data.get("max_price"),
            ordering=Ordering(data["ordering"]),
            limit=data["limit"],
            cursor=data.get("cursor"),
        )


class GigImageUpdateSerializer(serializers.Serializer[Any]):
    file_ids = serializers.ListField(
        child=FileIdField(),
        max_length=settings.VITRINE_MAX_IMAGES_PER_GIG,
        help_text="One's own ready files, each once, in the new order; the first is the cover.",
    )
    crops = serializers.DictField(
        child=CropSerializer(allow_null=True),
        required=False,
        help_text="By file id: this gig's own crop of the edited picture; null takes it back. "
        "Pictures that are not named keep theirs.",
    )

    def wanted_crops(self) -> dict[UUID, Crop | None]:
        """The checked crops as the service takes them. Raises ValidationError for ids not in `file_ids`."""
        asked = self.validated_data.get("crops", {})
        known = {str(file_id): file_id for file_id in self.validated_data["file_ids"]}
        if strange := asked.keys() - known.keys():
            raise serializers.ValidationError({"crops": f"Not in file_ids: {', '.join(sorted(strange))}"})
        return {known[name]: Crop(**crop) if crop else None for name, crop in asked.items()}


class GigImageListSerializer(serializers.Serializer[Any]):
    gig_id = serializers.IntegerField(min_value=1)
    images = PictureSerializer(many=True)


class GigFileUploadSerializer(FileUploadSerializer):
    """The fields of an upload's multipart body, and the gig that the picture goes into."""

    gig_id = serializers.IntegerField(
        min_value=1,
        max_value=rules.MAX_ID,
        required=False,
        help_text="One's own gig: the picture is put at its end.",
    )
