"""Pieces of the OpenAPI document that the views of people share."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from users.models import USERNAME_PATTERN

USERNAME = OpenApiParameter(
    "username", {"type": "string", "pattern": f"^{USERNAME_PATTERN}$"}, OpenApiParameter.PATH
)
NOBODY: Any = [{}]
ANYBODY: Any = [{"bearer": []}, {"cookie": []}, {}]


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # a registry without types
    target_class = "users.tokens.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class CookieScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # a registry without types
    """The session of the pages."""

    target_class = "rest_framework.authentication.SessionAuthentication"
    name = "cookie"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class BodyOnDelete(AutoSchema):
    """Describes the body of a DELETE as well, which OpenAPI 3.1 allows and the generator leaves out."""

    def _get_request_body(self, direction: str = "request") -> Any:
        method, self.method = self.method, "PUT" if self.method == "DELETE" else self.method
        try:
            return super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        finally:
            self.method = method
