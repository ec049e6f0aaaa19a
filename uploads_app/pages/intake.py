"""Pictures out of a page's form, each by the one way in and on its own: a bad one keeps no other out."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from uploads_app.api.spool import SpooledUpload
from uploads_app.errors import VitrineError
from uploads_app.images.errors import ImageError
from uploads_app.models import UploadedFile
from uploads_app.pages.limits import take_turn
from uploads_app.pages.people import person
from uploads_app.services.upload import OnReady, upload


def take_in(
    request: HttpRequest, category: UploadedFile.Category, attaching: Callable[[], OnReady] | None = None
) -> list[UploadedFile]:
    """Uploads every file of the field "file" of a form, for who is signed in; gives those that were taken.

    `attaching` is asked before each for what its upload does when it is ready, and may refuse. What is
    refused is told in messages, by name and with the error's words.
    """
    sent = cast("MultiValueDict[str, SpooledUpload]", request.FILES).getlist("file")
    taken = [file for one in sent if (file := _one(request, category, one, attaching))]
    if not sent:
        messages.warning(request, "Choose one or more pictures first.")
    if taken:
        messages.success(request, "1 picture added." if len(taken) == 1 else f"{len(taken)} pictures added.")
    return taken


def _one(
    request: HttpRequest,
    category: UploadedFile.Category,
    sent: SpooledUpload,
    attaching: Callable[[], OnReady] | None,
) -> UploadedFile | None:
    try:
        take_turn(request, "upload")
        return upload(
            owner=person(request),
            category=category,
            spooled=sent.spooled,
            on_ready=attaching() if attaching else None,
        )
    except (VitrineError, ImageError) as error:
        messages.error(request, f"{sent.name}: {error}")
        return None
