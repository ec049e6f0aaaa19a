"""Asking staff to look again at a rejected picture, by a form."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from uploads_app.errors import Conflict
from uploads_app.pages.appeal_form import AppealForm
from uploads_app.pages.file_page import file_page
from uploads_app.pages.limits import throttled
from uploads_app.pages.people import person
from uploads_app.services.access import own_file
from uploads_app.services.moderation.appeal import appeal


@throttled("appeal")
@require_POST
@cache_control(private=True, no_store=True)
def appeal_for_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Takes the appeal, and leads back to the file's page, which says what comes of it."""
    file = own_file(request.user, file_id)
    form = AppealForm(request.POST)
    if not form.is_valid():
        return file_page(request, file, status=400, appeal_form=form)
    try:
        appeal(owner=person(request), file_id=file_id, **form.cleaned_data)
    except Conflict as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "Your appeal was sent. Staff will look at the picture again.")
    return redirect("file", file_id)
