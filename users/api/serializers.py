"""Shapes: of what comes in, checked; of what goes out, for the schema."""

from typing import Any

from rest_framework import serializers

from uploads_app.api.fields import FileIdField, TextField, TrueOrFalseField
from uploads_app.api.serializers import RenditionSetSerializer
from users.api.fields import SecretField
from users.models import User

MISSING = ("display_name", "headline", "bio", "location", "profile_image")


class RegisterSerializer(serializers.Serializer[Any]):
    username = TextField(max_length=150, validators=User._meta.get_field("username").validators)
    email = serializers.EmailField(max_length=254)
    password = SecretField()


class AccountCreatedSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(min_value=1)
    username = serializers.CharField()
    email = serializers.EmailField()


class TokenObtainSerializer(serializers.Serializer[Any]):
    username = TextField(max_length=150)
    password = SecretField()


class RefreshTokenSerializer(serializers.Serializer[Any]):
    refresh = TextField(max_length=2000)


class TokenVerifySerializer(serializers.Serializer[Any]):
    token = TextField(max_length=2000)


class TokenPairSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()


class AccountDeleteSerializer(serializers.Serializer[Any]):
    password = SecretField()


class MyProfileUpdateSerializer(serializers.Serializer[Any]):
    """What a person may change about themselves. Everything else in a body is passed over."""

    display_name = TextField(max_length=80, allow_blank=True, required=False)
    headline = TextField(max_length=120, allow_blank=True, required=False)
    bio = TextField(max_length=2000, allow_blank=True, required=False, lines=True)
    location = TextField(max_length=80, allow_blank=True, required=False)
    is_public = TrueOrFalseField(required=False)


class CompletenessSerializer(serializers.Serializer[Any]):
    percent = serializers.IntegerField(min_value=0, max_value=100)
    missing = serializers.ListField(child=serializers.ChoiceField(choices=MISSING))


class PublicProfileSerializer(serializers.Serializer[Any]):
    username = serializers.CharField()
    display_name = serializers.CharField(allow_blank=True)
    headline = serializers.CharField(allow_blank=True)
    bio = serializers.CharField(allow_blank=True)
    location = serializers.CharField(allow_blank=True)
    profile_image_url = serializers.CharField(allow_null=True, help_text="An absolute path.")
    profile_image = RenditionSetSerializer(allow_null=True)


class ListedPersonSerializer(serializers.Serializer[Any]):
    """A person in a list."""

    username = serializers.CharField()
    display_name = serializers.CharField(allow_blank=True)
    headline = serializers.CharField(allow_blank=True)
    profile_image_url = serializers.CharField(allow_null=True, help_text="An absolute path.")
    profile_image = RenditionSetSerializer(allow_null=True)
    placeholder = serializers.CharField(
        allow_blank=True, allow_null=True, help_text="A ThumbHash in base64; null without a picture."
    )


class BuddyListQuerySerializer(serializers.Serializer[Any]):
    limit = serializers.IntegerField(min_value=1, max_value=100, required=False, default=20)
    cursor = serializers.CharField(max_length=500, required=False)


class BuddyListSerializer(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ListedPersonSerializer(many=True)


class MyProfileSerializer(PublicProfileSerializer):
    email = serializers.EmailField(allow_blank=True)
    is_public = serializers.BooleanField()
    completeness = CompletenessSerializer()


class ProfileImageUpdateSerializer(serializers.Serializer[Any]):
    """One of the two. `file_id: null` takes the picture away."""

    file_id = FileIdField(required=False, allow_null=True)
    profile_image_url = TextField(
        max_length=2000, required=False, help_text="The address of one of your own files here."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError({"file_id": "Give either file_id or profile_image_url."})
        return attrs


class ProfileImageSerializer(serializers.Serializer[Any]):
    profile_image_url = serializers.CharField(allow_null=True, help_text="An absolute path.")
    profile_image = RenditionSetSerializer(allow_null=True)
