"""Shapes: of what comes in, checked; of what goes out, for the schema."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from uploads_app.api.edits_shape import EditsSerializer
from uploads_app.api.fields import NumberField, TextField
from uploads_app.images.presets import PRESETS, Fit, OutputFormat
from uploads_app.models import Appeal, Reason, UploadedFile
from uploads_app.services.annotate import FocalPoint

_PLACEHOLDER = "A ThumbHash in base64; blank while an edited picture is not rendered yet."
REMOVED = ("gps", "exif", "xmp", "iptc", "comment", "text", "thumbnail", "trailing_data", "other")
CATEGORIES = tuple(UploadedFile.Category.values)
REASONS = Reason.values
FORMATS = tuple(format_.value for format_ in OutputFormat)
CONTENT_TYPES = ("image/jpeg", "image/png", "image/webp")


@extend_schema_field({"type": "string", "format": "binary"})
class PictureField(serializers.FileField):
    """The bytes of a picture in a multipart body."""


class FileUploadSerializer(serializers.Serializer[Any]):
    """The fields of an upload's multipart body."""

    file = PictureField(allow_empty_file=True, max_length=None, help_text="One JPEG, PNG or WebP picture.")
    alt_text = TextField(max_length=300, required=False, allow_blank=True, default="")


class FocalPointSerializer(serializers.Serializer[Any]):
    """The point that crops keep in view, in 0..1 of the upright picture from its top left."""

    x = NumberField(min_value=0, max_value=1)
    y = NumberField(min_value=0, max_value=1)


class UsedBySerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=("profile", "gig"))
    id = serializers.CharField()
    title = serializers.CharField(allow_blank=True)


class RenditionSerializer(serializers.Serializer[Any]):
    """One size of a picture; of one that is not there yet, the nearest that is."""

    url = serializers.CharField(help_text="An absolute path that names its version.")
    width = serializers.IntegerField(min_value=1)
    height = serializers.IntegerField(min_value=1)


class RenditionSetSerializer(serializers.Serializer[Any]):
    """All presets, in WebP."""

    def get_fields(self) -> dict[str, Any]:
        return {name: RenditionSerializer() for name in PRESETS}


class PictureSerializer(serializers.Serializer[Any]):
    """A picture in use."""

    file_id = serializers.UUIDField()
    url = serializers.CharField()
    alt_text = serializers.CharField(allow_blank=True)
    width = serializers.IntegerField(min_value=1)
    height = serializers.IntegerField(min_value=1)
    placeholder = serializers.CharField(allow_blank=True, help_text=_PLACEHOLDER)
    renditions = RenditionSetSerializer()
    srcset = serializers.CharField(help_text="A ready value for <img srcset>.")


class FileUploadResponseSerializer(serializers.Serializer[Any]):
    file_id = serializers.UUIDField()
    filename = serializers.CharField()
    original_filename = serializers.CharField()
    content_type = serializers.ChoiceField(choices=CONTENT_TYPES)
    file_size = serializers.IntegerField(min_value=1)
    upload_category = serializers.ChoiceField(choices=CATEGORIES)
    uploaded_at = serializers.DateTimeField()
    file_url = serializers.CharField()
    width = serializers.IntegerField(min_value=1)
    height = serializers.IntegerField(min_value=1)
    placeholder = serializers.CharField(allow_blank=True, help_text=_PLACEHOLDER)
    renditions = RenditionSetSerializer()
    srcset = serializers.CharField(help_text="A ready value for <img srcset>.")
    removed_metadata = serializers.ListField(child=serializers.ChoiceField(choices=REMOVED))


class AppealSerializer(serializers.Serializer[Any]):
    """An owner's word against a rejection, and what became of it."""

    state = serializers.ChoiceField(choices=Appeal.State.values)
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class FileMetadataSerializer(FileUploadResponseSerializer):
    file_path = serializers.CharField()
    user_id = serializers.IntegerField()
    is_active = serializers.BooleanField()
    sha256 = serializers.CharField()
    frames = serializers.IntegerField(min_value=1)
    dominant_color = serializers.CharField(allow_blank=True)
    alt_text = serializers.CharField(allow_blank=True)
    caption = serializers.CharField(allow_blank=True)
    focal_point = FocalPointSerializer(allow_null=True)
    edits = EditsSerializer(allow_null=True)
    moderation_status = serializers.ChoiceField(choices=UploadedFile.Moderation.values)
    moderation_reason = serializers.ChoiceField(
        choices=REASONS,
        allow_null=True,
        help_text="Of the last rejection, until staff approve the file.",
    )
    moderation_note = serializers.CharField(allow_blank=True, help_text="Words of staff that go with it.")
    withheld = serializers.BooleanField(help_text="Hidden from others until staff have looked at it.")
    appeal = AppealSerializer(allow_null=True, help_text="The newest one.")
    can_appeal = serializers.BooleanField()
    visibility = serializers.ChoiceField(choices=("public", "private"))
    in_use_by = UsedBySerializer(many=True)


class FileMetadataUpdateSerializer(serializers.Serializer[Any]):
    """What an owner may change about a file."""

    alt_text = TextField(max_length=300, required=False, allow_blank=True)
    caption = TextField(max_length=1000, required=False, allow_blank=True, lines=True)
    focal_point = FocalPointSerializer(required=False, allow_null=True)

    def validate_focal_point(self, value: dict[str, float] | None) -> FocalPoint | None:
        return FocalPoint(**value) if value else None


class FileListQuerySerializer(serializers.Serializer[Any]):
    category = serializers.ChoiceField(choices=CATEGORIES, required=False)
    search = TextField(max_length=200, required=False, allow_blank=True, default="")
    limit = serializers.IntegerField(min_value=1, max_value=100, required=False, default=20)
    cursor = serializers.CharField(max_length=500, required=False)


class FileListSerializer(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = FileMetadataSerializer(many=True)


class _CategoryUsageSerializer(serializers.Serializer[Any]):
    files = serializers.IntegerField(min_value=0)
    bytes = serializers.IntegerField(min_value=0)


class _UsageByCategorySerializer(serializers.Serializer[Any]):
    profile = _CategoryUsageSerializer()
    gig = _CategoryUsageSerializer()
    general = _CategoryUsageSerializer()


class StorageUsageSerializer(_CategoryUsageSerializer):
    quota_bytes = serializers.IntegerField(min_value=0)
    by_category = _UsageByCategorySerializer()


class PresetSerializer(serializers.Serializer[Any]):
    width = serializers.IntegerField(min_value=1)
    height = serializers.IntegerField(min_value=1, allow_null=True, help_text="null: not bounded")
    fit = serializers.ChoiceField(choices=[fit.value for fit in Fit])


class PresetsSerializer(serializers.Serializer[Any]):
    """The closed set of sizes."""

    def get_fields(self) -> dict[str, Any]:
        return {name: PresetSerializer() for name in PRESETS}


class ImageValidationConfigSerializer(serializers.Serializer[Any]):
    max_file_size = serializers.IntegerField(min_value=1)
    max_pixels = serializers.IntegerField(min_value=1)
    max_frames = serializers.IntegerField(min_value=1)
    allowed_content_types = serializers.ListField(child=serializers.ChoiceField(choices=CONTENT_TYPES))
    categories = serializers.ListField(child=serializers.ChoiceField(choices=CATEGORIES))
    presets = PresetsSerializer()
    formats = serializers.ListField(child=serializers.ChoiceField(choices=FORMATS))
    quota_bytes = serializers.IntegerField(min_value=0)
    max_images_per_gig = serializers.IntegerField(min_value=1)


class FieldProblemSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem document (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = FieldProblemSerializer(many=True, required=False)  # type: ignore[assignment]  # RFC 9457's name
