"""One file of one's own: the picture, what is known of it, and what may be changed about it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from uploads_app.pages.file_page import file_page
from uploads_app.pages.limits import throttled
from uploads_app.pages.picture_form import PictureForm
from uploads_app.pages.returning import next_page
from uploads_app.services.access import own_file
from uploads_app.services.edit import restore


@throttled()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@cache_control(private=True, no_cache=True)
def one_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Shows one's file; a sent form changes its words and its look, or takes the edits back."""
    file = own_file(request.user, file_id)
    if request.method != "POST":
        return file_page(request, file)
    if "restore" in request.POST:
        restore(file)
        messages.success(request, "The picture is again as you uploaded it.")
        return redirect(request.get_full_path())
    form = PictureForm(file, request.POST)
    if not form.is_valid():
        return file_page(request, file, status=400, form=form)
    form.save()
    messages.success(request, "The picture was saved.")
    return redirect(next_page(request) or request.path)
