"""Oneself and others over HTTP."""

from typing import cast

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from uploads_app.api.schema import problems
from users.api import serializers as shapes
from users.api.own_files import file_id_of
from users.api.representation import my_profile, profile_picture, public_profile
from users.api.schema import ANYBODY, USERNAME, BodyOnDelete
from users.archive import ZIP, archive
from users.guessing import confirm_password
from users.models import User
from users.services.deletion import delete_account
from users.services.profile import profile_of, update_profile, visible_profile
from users.services.profile_image import set_profile_image


class MeView(APIView):
    schema = BodyOnDelete()

    @extend_schema(
        operation_id="me_read",
        summary="One's account with its profile",
        responses={200: shapes.MyProfileSerializer, **problems(401)},
    )
    def get(self, request: Request) -> Response:
        return Response(my_profile(profile_of(person(request))))

    @extend_schema(
        operation_id="me_update",
        summary="Change one's profile",
        request=shapes.MyProfileUpdateSerializer,
        responses={200: shapes.MyProfileSerializer, **problems(400, 401, 403, 413, 415, 429)},
    )
    def patch(self, request: Request) -> Response:
        body = shapes.MyProfileUpdateSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(my_profile(update_profile(person(request), body.validated_data)))

    @extend_schema(
        operation_id="me_delete",
        summary="End one's account, with all its files",
        request=shapes.AccountDeleteSerializer,
        responses={204: None, **problems(400, 401, 403, 413, 415, 429)},
    )
    def delete(self, request: Request) -> Response:
        body = shapes.AccountDeleteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        confirm_password(request._request, person(request), body.validated_data["password"])
        delete_account(person(request))
        return Response(status=204)


class ExportRenderer(BaseRenderer):
    """Lets a client ask for a ZIP. The view streams it by itself."""

    media_type = ZIP
    format = "zip"
    charset = None
    render_style = "binary"


class ExportView(APIView):
    throttle_scope = "export"
    renderer_classes = (JSONRenderer, ExportRenderer)

    @extend_schema(
        operation_id="me_export",
        summary="Every file of one's own with its metadata, as a ZIP",
        responses={
            (200, ZIP): OpenApiResponse(OpenApiTypes.BINARY, description="files/… and metadata.json"),
            **problems(401, 429),
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        return archive(person(request))


class ProfileView(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="profile_read",
        summary="A person's public profile",
        parameters=[USERNAME],
        responses={200: shapes.PublicProfileSerializer, **problems(401, 404)},
        auth=ANYBODY,
    )
    def get(self, request: Request, username: str) -> Response:
        profile = visible_profile(username, request.user)
        return Response(public_profile(profile, request.user))


class ProfileImageView(APIView):
    @extend_schema(
        operation_id="profile_image_set",
        summary="Choose the picture of one's profile, or none",
        request=shapes.ProfileImageUpdateSerializer,
        responses={200: shapes.ProfileImageSerializer, **problems(400, 401, 403, 404, 409, 413, 415, 429)},
    )
    def put(self, request: Request) -> Response:
        body = shapes.ProfileImageUpdateSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        url = body.validated_data.get("profile_image_url")
        file_id = file_id_of(url, request.get_host()) if url is not None else body.validated_data["file_id"]
        profile = set_profile_image(person(request), file_id)
        return Response(profile_picture(profile.image))


def person(request: Request) -> User:
    """The signed-in person of a request that IsAuthenticated let through."""
    return cast(User, request.user)
