"""What every request under /api/ has in common."""

import re
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from config.errors import MEDIA_TYPE, describe, of_status, problem, problem_response
from config.pages import error_page
from uploads_app.api.spool import SpoolUploadHandler
from uploads_app.api.tus_headers import BYTES
from uploads_app.errors import FileTooLarge
from uploads_app.pages.bodies import PICTURES
from uploads_app.serve.views import serve_file, serve_rendition

Handler = Callable[[HttpRequest], HttpResponseBase]
API = "/api/"
TUS = "/api/upload/tus"
_PICTURE = re.compile(
    r"/api/upload/(?P<file_id>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"
    r"(?:/(?P<preset>[-\w]+)\.(?P<extension>[-\w]+))?/?",
    re.ASCII,
)

# As config.urls has them, for config.observing.
_ROUTES = ("api/upload/<uuid:file_id>", "api/upload/<uuid:file_id>/<slug:preset>.<slug:extension>")


class ProblemMiddleware:
    """Errors under /api/ are problem documents, whoever made them, and never cached; elsewhere pages.

    Also refuses bodies that are longer than anything accepted, before a byte of them is read. A body may be
    as long as a picture under /api/, and where a page takes pictures in.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refused = self._refused(request)
        if not request.path_info.startswith(API):
            return _told(request, refused or self.get_response(request))
        response = refused or self.get_response(request)
        if response.status_code >= 400:
            response = self._as_problem(response)
            response["Cache-Control"] = "no-store"
        elif not (response.has_header("Cache-Control") or response.has_header("X-Accel-Redirect")):
            response["Cache-Control"] = "no-store"
        return response

    def process_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse | None:
        """Errors of views that are not DRF's; the unforeseen is left to Django to log."""
        described = describe(exc)
        if described is None:
            return None
        return error_page(request, *described)

    def _refused(self, request: HttpRequest) -> HttpResponse | None:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return problem_response(of_status(400))
        if length <= _most(request):
            return None
        return error_page(request, problem("file_too_large", FileTooLarge.sentence))

    def _as_problem(self, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith(MEDIA_TYPE):
            return response
        kept = {
            name: response[name] for name in ("Allow", "WWW-Authenticate", "Retry-After") if name in response
        }
        return problem_response(of_status(response.status_code), kept)


def _told(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """An answer of a page, which is never blank: Django's refusal of a method has no words."""
    if not isinstance(response, HttpResponseNotAllowed):
        return response
    return error_page(request, of_status(response.status_code), {"Allow": response["Allow"]})


def _most(request: HttpRequest) -> int:
    """How many bytes its body may have."""
    if _takes_pictures(request):
        most: int = settings.VITRINE_MAX_BODY_SIZE
        return most
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _takes_pictures(request: HttpRequest) -> bool:
    path = request.path_info
    if path.startswith(TUS):
        return request.content_type == BYTES
    return request.content_type == "multipart/form-data" and (path.startswith(API) or path.endswith(PICTURES))


class PicturesFirst:
    """GET and HEAD of a picture's bytes go straight to their view.

    What follows in the chain (sessions, CSRF, messages, the search for an address) costs more than the
    answer, and none of it is needed: who asks is told by VITRINE_VIEWER, and no answer may set a cookie.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        found = _PICTURE.fullmatch(request.path_info) if request.method in ("GET", "HEAD") else None
        if found is None:
            return self.get_response(request)
        request.observed_route = _ROUTES[found["preset"] is not None]  # type: ignore[attr-defined]  # ours
        request.get_host()  # raises for a name that is not ours
        try:
            return self._serve(request, UUID(found["file_id"]), found["preset"], found["extension"])
        except Exception as exc:
            described = describe(exc)
            if described is None:
                raise
            return problem_response(*described)

    def _serve(
        self, request: HttpRequest, file_id: UUID, preset: str | None, extension: str
    ) -> HttpResponseBase:
        if preset is None:
            return serve_file(request, file_id)
        return serve_rendition(request, file_id, preset, extension)


class SpoolMiddleware:
    """Removes the temporary files of a request when it ends, however it ends.

    Django closes the files of bodies that arrived whole. Those of a body that was cut off it leaves to the
    garbage collector, which may take its time.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.get_response(request)
        finally:
            for handler in getattr(request, "_upload_handlers", ()):
                if isinstance(handler, SpoolUploadHandler):
                    handler.discard()


class OptionalSlashMiddleware:
    """A path under /api/ is the same with and without its final slash, without a redirect."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(API) and request.path_info.endswith("/"):
            request.path_info = request.path_info[:-1]
            request.path = request.path.removesuffix("/")
        return self.get_response(request)
