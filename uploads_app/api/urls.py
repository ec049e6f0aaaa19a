"""Addresses of files, without a final slash."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from uploads_app.api import edits, files, uploads
from uploads_app.serve.views import serve_file

Handler = Callable[..., HttpResponseBase]


def bytes_first(view: Handler) -> Handler:
    """Sends GET and HEAD to the lean view and everything else to `view`, whose schema describes both."""

    @csrf_exempt  # DRF's session authentication checks it itself, on unsafe methods
    def dispatch(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):
            return serve_file(request, file_id)
        return view(request, file_id=file_id)

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
    path("api/upload/<uuid:file_id>", bytes_first(files.FileView.as_view())),
    path("api/upload/<uuid:file_id>/edits", edits.EditsView.as_view()),
    path("api/upload/<uuid:file_id>/metadata", files.FileMetadataView.as_view()),
]
