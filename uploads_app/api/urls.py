"""Addresses of files, without a final slash."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from uploads_app.api import edits, files, renditions, share, uploads
from uploads_app.serve.views import serve_file, serve_rendition

Handler = Callable[..., HttpResponseBase]


def bytes_first(lean: Handler, view: Handler) -> Handler:
    """Sends GET and HEAD to the lean view and everything else to `view`, whose schema describes both."""

    @csrf_exempt  # DRF's session authentication checks it itself, on unsafe methods
    def dispatch(request: HttpRequest, **place: Any) -> HttpResponseBase:
        return (lean if request.method in ("GET", "HEAD") else view)(request, **place)

    described: Any = dispatch
    described.cls = getattr(view, "cls", None)
    described.initkwargs = getattr(view, "initkwargs", {})
    return dispatch


urlpatterns = [
    path("api/upload/profile", uploads.ProfileUploadView.as_view()),
    path("api/upload/general", uploads.GeneralUploadView.as_view()),
    path("api/upload/my-files", files.MyFilesView.as_view()),
    path("api/upload/config", files.ImageValidationConfigView.as_view()),
    path("api/upload/usage", files.StorageUsageView.as_view()),
    path("api/upload/<uuid:file_id>", bytes_first(serve_file, files.FileView.as_view())),
    path(
        "api/upload/<uuid:file_id>/<slug:preset>.<slug:extension>",
        bytes_first(serve_rendition, renditions.RenditionView.as_view()),
    ),
    path("api/upload/<uuid:file_id>/share", share.ShareView.as_view()),
    path("api/upload/<uuid:file_id>/edits", edits.EditsView.as_view()),
    path("api/upload/<uuid:file_id>/metadata", files.FileMetadataView.as_view()),
]
