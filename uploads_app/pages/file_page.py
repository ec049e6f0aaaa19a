"""The page of one file, as the views of its forms show it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from uploads_app import visibility
from uploads_app.models import UploadedFile
from uploads_app.pages.appeal_form import AppealForm
from uploads_app.pages.picture_form import PictureForm
from uploads_app.pages.returning import next_page
from uploads_app.pages.share_form import ShareForm
from uploads_app.rendition_sets import attach_renditions
from uploads_app.services.moderation.appeal import appeal_of, may_appeal


def file_page(
    request: HttpRequest,
    file: UploadedFile,
    *,
    status: int = 200,
    form: PictureForm | None = None,
    share_form: ShareForm | None = None,
    appeal_form: AppealForm | None = None,
    shared: dict[str, object] | None = None,
) -> HttpResponse:
    """The page of a file that comes with `is_public`, with these forms in place of fresh ones.

    `shared` is a link just made: its `url`, and `expires_at`.
    """
    attach_renditions([file], for_pages=True)
    context = {
        "file": file,
        "form": form or PictureForm(file),
        "share_form": share_form or ShareForm(),
        "shared": shared,
        "appeal": appeal_of(file),
        "appeal_form": (appeal_form or AppealForm()) if may_appeal(file) else None,
        "uses": visibility.used_by([file.pk]).get(file.pk, []),
        "next": next_page(request),
        "section": "files",
    }
    return render(request, "files/file.html", context, status=status)
