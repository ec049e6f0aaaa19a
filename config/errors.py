"""The one table from error to HTTP status, and the problem documents (RFC 9457) that errors become."""

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.db import InterfaceError, InternalError, OperationalError
from django.http import Http404, HttpResponse, JsonResponse, UnreadablePostError
from rest_framework import exceptions as drf
from rest_framework.response import Response
from rest_framework.views import set_rollback
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError

from uploads_app import errors
from uploads_app.images.errors import ImageError
from uploads_app.storage.errors import StorageAway

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
CHALLENGE = 'Bearer realm="api"'
_IDLE_TOO_LONG = "25P03"  # PostgreSQL's code
RETRY_AFTER = 5  # seconds, where the error itself does not say

STATUS: dict[str, int] = {
    "invalid": 400,
    "not_authenticated": 401,
    "authentication_failed": 401,
    "token_not_valid": 401,
    "permission_denied": 403,
    "quota_exceeded": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "gone": 410,
    "unknown_version": 412,
    "file_too_large": 413,
    "unsupported_media_type": 415,
    "range_not_satisfiable": 416,
    "corrupt_image": 422,
    "too_many_pixels": 422,
    "banned_image": 422,
    "idempotency_mismatch": 422,
    "throttled": 429,
    "checksum_mismatch": 460,  # the tus protocol's; HTTP has no such status
    "error": 500,
    "unavailable": 503,
}
_CODE_OF_STATUS = {status: code for code, status in reversed(STATUS.items())} | {
    422: "invalid",
    401: "not_authenticated",
}

Problem = dict[str, Any]


def problem(code: str, detail: str, fields: list[dict[str, str]] | None = None) -> Problem:
    """A problem document. `type` is about:blank: `code` is what programs go by."""
    status = STATUS[code]
    document: Problem = {
        "type": "about:blank",
        "title": _phrase(status),
        "status": status,
        "detail": detail,
        "code": code,
    }
    if fields is not None:
        document["errors"] = fields
    return document


def _phrase(status: int) -> str:
    return "Checksum Mismatch" if status == STATUS["checksum_mismatch"] else HTTPStatus(status).phrase


def describe(exc: BaseException) -> tuple[Problem, dict[str, str]] | None:
    """The problem document and headers of an exception; None for one that nobody foresaw."""
    match exc:
        case errors.Invalid():
            fields = [{"field": e.field, "code": e.code, "detail": e.detail} for e in exc.errors]
            return problem("invalid", str(exc), fields), {}
        case errors.VitrineError() | ImageError():
            return problem(exc.code, str(exc)), _headers(exc)
        case OperationalError() | InterfaceError() | StorageAway() | InternalError() if _is_away(exc):
            logger.error("a service is away: %s", exc)
            return problem("unavailable", errors.Unavailable.sentence), {"Retry-After": str(RETRY_AFTER)}
        case TokenError():
            return describe(InvalidToken())
        case drf.APIException():
            return _describe_drf(exc)
    return _describe_django(exc)


def of_status(status: int) -> Problem:
    """The problem document for an error that Django answered by itself."""
    code = _CODE_OF_STATUS.get(status, "error" if status >= 500 else "invalid")
    document = problem(code, HTTPStatus(status).description or HTTPStatus(status).phrase)
    return document | {"status": status, "title": HTTPStatus(status).phrase}


def exception_handler(exc: Exception, _context: Mapping[str, Any]) -> Response | None:
    """DRF's hook: every exception of an API view becomes a problem document."""
    described = describe(exc)
    if described is None:
        return None
    set_rollback()
    document, headers = described
    return Response(document, status=document["status"], headers=headers, content_type=MEDIA_TYPE)


def problem_response(document: Problem, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A problem document as an answer of plain Django."""
    response = JsonResponse(
        document, status=document["status"], content_type=MEDIA_TYPE, headers=dict(headers or {})
    )
    response["Content-Length"] = str(len(response.content))
    return response


def _is_away(exc: BaseException) -> bool:
    """What PostgreSQL calls internal is ours, but for its end to a transaction that stood idle."""
    return not isinstance(exc, InternalError) or getattr(exc.__cause__, "sqlstate", None) == _IDLE_TOO_LONG


def _headers(exc: errors.VitrineError | ImageError) -> dict[str, str]:
    match exc:
        case errors.Unavailable() | errors.Throttled():
            return {"Retry-After": str(exc.retry_after)}
        case errors.NotAuthenticated():
            return {"WWW-Authenticate": CHALLENGE}
        case errors.RangeNotSatisfiable():
            return {"Content-Range": f"bytes */{exc.size}"}
    return {"Retry-After": str(RETRY_AFTER)} if exc.code == "unavailable" else {}


def _describe_django(exc: BaseException) -> tuple[Problem, dict[str, str]] | None:
    match exc:
        case UnreadablePostError():
            return problem("invalid", "The body did not arrive whole, or not in time."), {}
        case RequestDataTooBig():
            return problem("file_too_large", "The body is larger than what is accepted."), {}
        case TooManyFilesSent():
            most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
            return problem("invalid", f"At most {most} files are taken at a time. None of these was."), {}
        case Http404():
            return problem("not_found", errors.NotFound.sentence), {}
        case DjangoPermissionDenied():
            return problem("permission_denied", errors.PermissionDenied.sentence), {}
        case SuspiciousOperation():
            return problem("invalid", "The request is malformed."), {}
    return None


def _describe_drf(exc: drf.APIException) -> tuple[Problem, dict[str, str]]:
    match exc:
        case drf.ValidationError():
            return problem("invalid", errors.Invalid.sentence, list(_fields(exc.get_full_details()))), {}
        case drf.Throttled():
            wait = max(1, round(getattr(exc, "wait", None) or 1))
            return problem("throttled", errors.Throttled.sentence), {"Retry-After": str(wait)}
        case drf.NotAuthenticated() | drf.AuthenticationFailed():
            return problem(_code(exc), _sentence(exc)), {"WWW-Authenticate": CHALLENGE}
        case drf.UnsupportedMediaType():
            return problem("unsupported_media_type", _sentence(exc)), {}
        case drf.ParseError():
            return problem("invalid", _sentence(exc), []), {}
    return of_status(exc.status_code) | {"detail": _sentence(exc)}, {}


def _code(exc: drf.APIException) -> str:
    codes = exc.get_codes()
    found = codes.get("code") if isinstance(codes, dict) else codes
    return found if isinstance(found, str) and STATUS.get(found) == 401 else "authentication_failed"


def _sentence(exc: drf.APIException) -> str:
    detail: Any = exc.detail
    if isinstance(detail, dict):
        detail = detail.get("detail", exc.default_detail)
    return str(detail)


def _fields(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested errors, flattened to field paths such as `file_ids.2`."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield {
            "field": path or "non_field_errors",
            "code": str(details["code"]),
            "detail": str(details["message"]),
        }
    elif isinstance(details, dict):
        for key, value in details.items():
            yield from _fields(value, f"{path}.{key}" if path else str(key))
    elif isinstance(details, list):
        for index, value in enumerate(details):
            leaf = isinstance(value, dict) and set(value) == {"message", "code"}
            yield from _fields(value, path if leaf else f"{path}.{index}")
