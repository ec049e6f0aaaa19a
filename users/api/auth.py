"""Accounts and tokens over HTTP."""

from django.contrib.auth.signals import user_logged_in
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from uploads_app.api.schema import problems
from users.api import serializers as shapes
from users.api.schema import NOBODY
from users.guessing import person_with
from users.services import login
from users.services.register import register
from users.tokens import CHALLENGE

NOTHING = OpenApiResponse({"type": "object", "maxProperties": 0}, description="It is good.")


class CredentialsInBodyView(APIView):
    # What it needs to know is in the body, so a stale token in a header does not get in the way.
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def get_authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class RegisterView(CredentialsInBodyView):
    throttle_scope = "register"

    @extend_schema(
        operation_id="auth_register",
        summary="Make an account",
        request=shapes.RegisterSerializer,
        responses={201: shapes.AccountCreatedSerializer, **problems(400, 413, 415, 429)},
        auth=NOBODY,
    )
    def post(self, request: Request) -> Response:
        body = shapes.RegisterSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        user = register(**body.validated_data)
        return Response({"id": user.pk, "username": user.username, "email": user.email}, status=201)


class TokenView(CredentialsInBodyView):
    throttle_classes = ()  # users.guessing counts, for this door and the admin's together

    @extend_schema(
        operation_id="auth_token",
        summary="Log in",
        request=shapes.TokenObtainSerializer,
        responses={200: shapes.TokenPairSerializer, **problems(400, 401, 413, 415, 429)},
        auth=NOBODY,
    )
    def post(self, request: Request) -> Response:
        body = shapes.TokenObtainSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        user = person_with(request._request, **body.validated_data)
        if user is None:
            raise AuthenticationFailed("No active account has this name and password.")
        tokens = login.log_in(user)
        user_logged_in.send(sender=type(user), request=request._request, user=user)
        return _pair(tokens)


class TokenRefreshView(CredentialsInBodyView):
    throttle_scope = "refresh"

    @extend_schema(
        operation_id="auth_token_refresh",
        summary="Trade a refresh token for a new pair, once",
        request=shapes.RefreshTokenSerializer,
        responses={200: shapes.TokenPairSerializer, **problems(400, 401, 413, 415, 429)},
        auth=NOBODY,
    )
    def post(self, request: Request) -> Response:
        return _pair(login.refresh(_refresh_token(request)))


class TokenVerifyView(CredentialsInBodyView):
    throttle_scope = "refresh"

    @extend_schema(
        operation_id="auth_token_verify",
        summary="Whether a token is good",
        request=shapes.TokenVerifySerializer,
        responses={200: NOTHING, **problems(400, 401, 413, 415, 429)},
        auth=NOBODY,
    )
    def post(self, request: Request) -> Response:
        body = shapes.TokenVerifySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        login.verify(body.validated_data["token"])
        return Response({})


class LogoutView(CredentialsInBodyView):
    throttle_scope = "refresh"

    @extend_schema(
        operation_id="auth_logout",
        summary="End a login with all its tokens",
        request=shapes.RefreshTokenSerializer,
        responses={204: None, **problems(400, 401, 413, 415, 429)},
        auth=NOBODY,
    )
    def post(self, request: Request) -> Response:
        login.log_out(_refresh_token(request))
        return Response(status=204)


def _refresh_token(request: Request) -> str:
    body = shapes.RefreshTokenSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    return str(body.validated_data["refresh"])


def _pair(tokens: login.Tokens) -> Response:
    return Response({"access": tokens.access, "refresh": tokens.refresh})
