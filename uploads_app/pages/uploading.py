"""Pictures for general use, added on the page of one's files."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from uploads_app.models import UploadedFile
from uploads_app.pages.bodies import takes_pictures
from uploads_app.pages.intake import take_in


@require_POST
@takes_pictures
def add_files(request: HttpRequest) -> HttpResponse:
    """Takes in every picture of the form."""
    take_in(request, UploadedFile.Category.GENERAL)
    return redirect("files")
