"""Deleting what was chosen among one's files, after a page that names it."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from uploads_app import visibility
from uploads_app.pages.limits import throttled
from uploads_app.pages.people import person
from uploads_app.pages.returning import next_page
from uploads_app.services.delete_many import AT_ONCE, Outcome, delete_many
from uploads_app.services.library import chosen_files


@throttled()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@cache_control(private=True, no_store=True)
def delete_chosen(request: HttpRequest) -> HttpResponse:
    """Names the files of the ids `file` and where they are in use; a sent form deletes them."""
    back = next_page(request) or reverse("files")
    if request.method == "POST":
        _tell(request, delete_many(owner=person(request), file_ids=_ids(request.POST.getlist("file"))))
        return redirect(back)
    files = chosen_files(request.user, _ids(request.GET.getlist("file"))[:AT_ONCE])
    if not files:
        messages.warning(request, "Choose one or more pictures first.")
        return redirect(back)
    uses = visibility.used_by(file.pk for file in files)
    chosen = [(file, uses.get(file.pk, [])) for file in files]
    context = {"chosen": chosen, "used": bool(uses), "next": back, "section": "files"}
    return render(request, "files/delete.html", context)


def _ids(texts: Iterable[str]) -> list[UUID]:
    """What is no id names no file, like an id that is nobody's."""
    found: list[UUID] = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _tell(request: HttpRequest, outcome: Outcome) -> None:
    if outcome.deleted:
        count = len(outcome.deleted)
        messages.success(request, "1 picture deleted." if count == 1 else f"{count} pictures deleted.")
    for file in outcome.failed:
        messages.error(request, f"{file.original_filename} could not be deleted. Try again in a moment.")
    if outcome.absent:
        messages.warning(request, "Of what you chose, something was not there any more.")
    if not (outcome.deleted or outcome.failed or outcome.absent):
        messages.warning(request, "Choose one or more pictures first.")
