"""What the buttons of a file's page send: each calls one service, and comes back to the page with words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.models import AbstractUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from uploads_app.errors import Conflict, Invalid, NotFound
from uploads_app.models import ModerationEvent
from uploads_app.services.moderation import bans, decide, hold
from uploads_app.services.moderation.decide import Seen
from uploads_app.services.moderation.notes import add_note
from uploads_app.services.moderation.takedown import take_down


class StepForm(forms.Form):
    """Shape only: what the words mean is for the services to judge."""

    seen = forms.CharField(max_length=20, required=False)
    reason = forms.CharField(max_length=20, required=False)
    note = forms.CharField(max_length=1000, required=False)


Sent = Mapping[str, str]
Step = Callable[[UUID, AbstractUser, Sent], object]


def _approve(file_id: UUID, by: AbstractUser, sent: Sent) -> object:
    return decide.approve(file_id=file_id, by=by, seen=Seen.parse(sent["seen"]), note=sent["note"])


def _reject(file_id: UUID, by: AbstractUser, sent: Sent) -> object:
    return decide.reject(
        file_id=file_id, by=by, seen=Seen.parse(sent["seen"]), reason=sent["reason"], note=sent["note"]
    )


def _undo(file_id: UUID, by: AbstractUser, _sent: Sent) -> object:
    return decide.undo(file_id=file_id, by=by)


def _take_down(file_id: UUID, by: AbstractUser, sent: Sent) -> object:
    return take_down(
        file_id=file_id, by=by, seen=Seen.parse(sent["seen"]), reason=sent["reason"], note=sent["note"]
    )


def _hold(file_id: UUID, by: AbstractUser, sent: Sent) -> object:
    return hold.place(file_id=file_id, by=by, note=sent["note"])


def _release(file_id: UUID, by: AbstractUser, sent: Sent) -> object:
    return hold.release(file_id=file_id, by=by, note=sent["note"])


def _lift(file_id: UUID, by: AbstractUser, sent: Sent) -> object:
    return bans.lift_of(file_id=file_id, by=by, note=sent["note"])


def _note(file_id: UUID, by: AbstractUser, sent: Sent) -> object:
    return add_note(file_id=file_id, by=by, text=sent["note"])


# By the last part of the address: the service, and what is said when it is done.
STEPS: Mapping[str, tuple[Step, str]] = {
    "approve": (_approve, "Approved."),
    "reject": (_reject, "Rejected. Its owner is told why."),
    "takedown": (
        _take_down,
        "Taken down: hidden, and its links ended. What its addresses answer comes into the history as proof.",
    ),
    "undo": (_undo, "Your decision is taken back."),
    "hold": (_hold, "Under legal hold: hidden, and its bytes are kept."),
    "release": (_release, "The legal hold is lifted."),
    "lift": (_lift, "The ban is lifted. What was rejected stays so until it is decided on."),
    "note": (_note, "Noted."),
}


@require_POST
def take_step(request: HttpRequest, file_id: UUID, step: str) -> HttpResponse:
    """Takes a step on a file in the name of who asks. Refusals by right are raised, others told."""
    if step not in STEPS:
        raise Http404
    service, done = STEPS[step]
    by: Any = request.user
    try:
        service(file_id, by, sent_by(request))
    except Invalid as error:
        messages.error(request, " ".join(one.detail for one in error.errors))
    except Conflict as error:
        messages.error(request, f"{error} {last_word(file_id)}".strip())
    except NotFound as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return HttpResponseRedirect(reverse("admin:uploads_app_uploadedfile_change", args=[file_id]))


def sent_by(request: HttpRequest) -> Sent:
    """The fields of a step's form. Raises Invalid."""
    form = StepForm(request.POST)
    if not form.is_valid():
        raise Invalid.field("note", " ".join(str(words) for each in form.errors.values() for words in each))
    return dict(form.cleaned_data)


def last_word(file_id: UUID) -> str:
    """What happened last, for who was too late."""
    last = ModerationEvent.objects.filter(file=file_id).order_by("-pk").first()
    if last is None:
        return ""
    return f"Last: {last.get_action_display().lower()} by {last.actor_name or 'the system'}."
