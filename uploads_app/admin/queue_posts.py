"""What the forms of the queue have in common: who sent them, with which note, and where they lead back to."""

from typing import cast

from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from uploads_app.errors import Invalid, VitrineError

QUEUE = "admin:uploads_app_queue"
LIST = "admin:uploads_app_uploadedfile_changelist"
_LONGEST_NOTE = 1000  # characters


def person(request: HttpRequest) -> AbstractUser:
    """Whom the admin let in."""
    return cast(AbstractUser, request.user)


def note_of(request: HttpRequest) -> str:
    """The form's words for the owner. Raises Invalid for too many, and for a NUL, which no database keeps."""
    note = request.POST.get("note", "").strip()
    if len(note) > _LONGEST_NOTE:
        raise Invalid.field("note", f"A note has at most {_LONGEST_NOTE} characters.", "max_length")
    if "\0" in note:
        raise Invalid.field("note", "A note is plain text.")
    return note


def back(request: HttpRequest) -> HttpResponse:
    """To the list of files or the page of the queue that the form was sent from."""
    target, queue = request.POST.get("next", ""), reverse(QUEUE)
    ours = target == reverse(LIST) or target.partition("?")[0] == queue
    own = ours and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return HttpResponseRedirect(target if own else queue)


def told(error: VitrineError) -> str:
    """An error in one sentence: the fields' own words where there are fields."""
    fields = error.errors if isinstance(error, Invalid) else ()
    return " ".join(field.detail for field in fields) or str(error)


def is_script(request: HttpRequest) -> bool:
    """Whether the answer is for a script, and not shown as a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
