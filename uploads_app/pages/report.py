"""Telling staff about a picture, by a form."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from uploads_app.errors import Invalid
from uploads_app.models import Reason
from uploads_app.pages.forms import LinesField, refuse
from uploads_app.pages.limits import take_turn
from uploads_app.pages.people import person
from uploads_app.pages.returning import next_page
from uploads_app.rendition_sets import attach_renditions
from uploads_app.services.access import visible_file
from uploads_app.services.report import report

_REASONS = (
    (Reason.NUDITY, "Nudity or sexual content"),
    (Reason.VIOLENCE, "Violence"),
    (Reason.HATE, "Hate against people"),
    (Reason.STOLEN, "Stolen: it is somebody else's work"),
    (Reason.SPAM, "Spam or fraud"),
    (Reason.OTHER, "Something else"),
)


class ReportForm(forms.Form):
    """What is wrong with a picture."""

    reason = forms.ChoiceField(label="What is wrong with it?", choices=_REASONS, widget=forms.RadioSelect)
    detail = LinesField(
        label="What should we know?",
        max_length=1000,
        required=False,
        help_text="Staff read this. The owner of the picture does not, and does not learn who wrote it.",
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
def report_picture(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _sent(request, file_id, form):
        messages.success(request, "Thank you. Staff will look at this picture.")
        return HttpResponseRedirect(next_page(request) or reverse("marketplace"))
    return _page(request, file_id, form)


def _sent(request: HttpRequest, file_id: UUID, form: ReportForm) -> bool:
    """Whether the report was taken; what the service refuses is put into the form."""
    take_turn(request, "report")
    try:
        report(person=person(request), file_id=file_id, **form.cleaned_data)
    except Invalid as error:
        refuse(form, error)
        return False
    return True


def _page(request: HttpRequest, file_id: UUID, form: ReportForm) -> HttpResponse:
    file = visible_file(request.user, file_id)
    attach_renditions([file], for_pages=True)
    context = {"form": form, "file": file, "next": next_page(request) or reverse("marketplace")}
    return render(request, "report/report.html", context, status=400 if form.is_bound else 200)
