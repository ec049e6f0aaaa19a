"""The picture of oneself: sent in, chosen among one's profile pictures, or taken away."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from uploads_app.api.spool import SpooledUpload
from uploads_app.errors import BannedImage, FileTooLarge, QuotaExceeded
from uploads_app.images.errors import ImageError
from uploads_app.models import UploadedFile
from uploads_app.pages.bodies import takes_pictures
from uploads_app.pages.limits import throttled
from uploads_app.pagination import link
from uploads_app.services.library import list_files
from users.pages.forms import ChosenPictureForm, sent
from users.pages.people import person, signed_in
from users.services.profile_image import set_profile_image, upload_profile_image

_PAGE = 24
_NONE_CHOSEN = "Choose a picture first."


@throttled()
@login_required
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def picture(request: HttpRequest) -> HttpResponse:
    """All one's profile pictures; sent with the id of one, that one is shown from now on."""
    form = ChosenPictureForm(sent(request))
    if form.is_valid():
        set_profile_image(person(request), form.cleaned_data["file_id"])
        messages.success(request, "Your picture is changed.")
        return redirect("account-picture")
    return _page(request, _NONE_CHOSEN if form.errors else "")


@throttled("upload")
@takes_pictures
@require_POST
def upload_picture(request: HttpRequest) -> HttpResponse:
    """A new picture, shown from now on. Why one is refused stands at its field."""
    found = cast("MultiValueDict[str, SpooledUpload]", request.FILES).getlist("file")
    if len(found) != 1:
        return _page(request, _NONE_CHOSEN)
    try:
        upload_profile_image(user=person(request), spooled=found[0].spooled)
    except (ImageError, BannedImage, QuotaExceeded, FileTooLarge) as error:
        return _page(request, str(error))
    messages.success(request, "Your picture is changed.")
    return redirect("account-picture")


@throttled()
@signed_in
@require_POST
def remove_picture(request: HttpRequest) -> HttpResponse:
    """Shows none from now on; the file stays among one's own."""
    set_profile_image(person(request), None)
    messages.success(request, "Your picture is taken off your profile. It is still among your files.")
    return redirect("account-picture")


def _page(request: HttpRequest, refusal: str) -> HttpResponse:
    found = list_files(
        person(request),
        category=str(UploadedFile.Category.PROFILE),
        limit=_PAGE,
        cursor=request.GET.get("cursor"),
    )
    shown: dict[str, Any] = {
        "files": found.rows,
        "next": link(request.path, request.GET, found.next),
        "previous": link(request.path, request.GET, found.previous),
        "refusal": refusal,
        "most_bytes": settings.VITRINE_MAX_FILE_SIZE,
    }
    return render(request, "account/picture.html", shown, status=400 if refusal else 200)
