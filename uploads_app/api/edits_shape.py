"""The shape of edits, coming in and going out."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from uploads_app.api.fields import NumberField, TrueOrFalseField
from uploads_app.images.recipes import Crop, Edits, Filters

TURNS = (0, 90, 180, 270)


class CropSerializer(serializers.Serializer[Any]):
    """A rectangle of the upright picture, in 0..1 of its sides, from its top left."""

    x = NumberField(min_value=0, max_value=1)
    y = NumberField(min_value=0, max_value=1)
    width = NumberField(min_value=0, max_value=1)
    height = NumberField(min_value=0, max_value=1)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            Crop(**attrs)
        except ValueError:
            raise serializers.ValidationError(
                "The crop must have a size and lie within the picture."
            ) from None
        return attrs


@extend_schema_field({"type": "integer", "enum": list(TURNS)})
class TurnField(serializers.Field[int, Any, int, Any]):
    """Degrees clockwise: 0, 90, 180 or 270."""

    default_error_messages = {"invalid": "Must be 0, 90, 180 or 270."}  # noqa: RUF012  (as DRF has it)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int) or data not in TURNS:
            self.fail("invalid")
        turn: int = data
        return turn

    def to_representation(self, value: int) -> int:
        return value


class FiltersSerializer(serializers.Serializer[Any]):
    """0 and false change nothing."""

    grayscale = TrueOrFalseField(default=False)
    sepia = TrueOrFalseField(default=False)
    invert = TrueOrFalseField(default=False)
    brightness = NumberField(min_value=-1, max_value=1, default=0.0)
    contrast = NumberField(min_value=-1, max_value=1, default=0.0)
    saturation = NumberField(min_value=-1, max_value=1, default=0.0)
    sharpen = NumberField(min_value=0, max_value=1, default=0.0)
    blur = NumberField(min_value=0, max_value=1, default=0.0)


class EditsSerializer(serializers.Serializer[Any]):
    """Changes of a picture, in this order: crop, rotation clockwise, flip left to right, filters."""

    crop = CropSerializer(required=False, allow_null=True, default=None)
    rotate = TurnField(default=0)
    flip = TrueOrFalseField(default=False)
    filters = FiltersSerializer(required=False)

    def asked(self) -> Edits:
        """The checked edits as the service takes them."""
        data = self.validated_data
        crop = data["crop"]
        return Edits(
            crop=Crop(**crop) if crop else None,
            rotate=data["rotate"],
            flip=data["flip"],
            filters=Filters(**data.get("filters", {})),
        )
