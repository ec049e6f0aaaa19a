"""Decisions on several files: of the queue and of the list of files, by the same service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from uploads_app.admin.queue_posts import LIST, back, note_of, person, told
from uploads_app.errors import Invalid, PermissionDenied
from uploads_app.models import Reason, UploadedFile
from uploads_app.previews import preview, with_previews
from uploads_app.services.moderation.decide import Seen
from uploads_app.services.moderation.many import (
    AT_ONCE,
    Choice,
    Outcome,
    approve_many,
    choices_of,
    reject_many,
)
from uploads_app.services.moderation.powers import Power, has, require
from uploads_app.services.rendering.changes import render_again

_SIDE = 160  # px, of a preview
_READY = UploadedFile.Lifecycle.READY


class BulkActions(admin.ModelAdmin[Any]):
    """What is done to chosen files in the list of files."""

    actions: Any = ("approve_chosen", "reject_chosen", "render_again")

    @admin.action(description="Approve selected files…", permissions=["decide"])
    def approve_chosen(self, request: HttpRequest, queryset: QuerySet[UploadedFile]) -> HttpResponse | None:
        """Shows them as they are now: the list does not say which state of a file was looked at."""
        return self._asked(request, queryset, "approve")

    @admin.action(description="Reject selected files…", permissions=["decide"])
    def reject_chosen(self, request: HttpRequest, queryset: QuerySet[UploadedFile]) -> HttpResponse | None:
        """Asks for the reason first; the page's form goes to `decide_chosen`."""
        return self._asked(request, queryset, "reject")

    @admin.action(description="Render selected files again", permissions=["render"])
    def render_again(self, request: HttpRequest, queryset: QuerySet[UploadedFile]) -> None:
        render(request, list(queryset.values_list("pk", flat=True)))

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return has(person(request), Power.DECIDE)

    def has_render_permission(self, request: HttpRequest) -> bool:
        """Whoever may delete a file or decide on it may have it rendered again."""
        return self.has_delete_permission(request) or self.has_decide_permission(request)

    def _asked(
        self, request: HttpRequest, queryset: QuerySet[UploadedFile], doing: str
    ) -> HttpResponse | None:
        choices = self._chosen(request, queryset)
        if not choices:
            return None
        wanted = [choice.file_id for choice in choices]
        files = UploadedFile.objects.prefetch_related(with_previews()).in_bulk(wanted)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{doing.capitalize()} files",
            "opts": self.opts,
            "doing": doing,
            "chosen": [
                (file, choice.seen, preview(file, _SIDE))
                for choice in choices
                if (file := files.get(choice.file_id)) and Seen.of(file) == choice.seen
            ],
            "reasons": Reason.choices,
            "next": reverse(LIST),
        }
        return TemplateResponse(request, "admin/moderation/decide_chosen.html", context)

    def _chosen(self, request: HttpRequest, queryset: QuerySet[UploadedFile]) -> list[Choice]:
        """Those that are ready, as they are now; none of too many, and then it says so."""
        file_ids = list(queryset.filter(lifecycle=_READY).values_list("pk", flat=True)[: AT_ONCE + 1])
        if len(file_ids) > AT_ONCE:
            self.message_user(request, f"At most {AT_ONCE} files are decided on at once.", messages.ERROR)
            return []
        if not file_ids:
            self.message_user(request, "None of these files can be decided on.", messages.WARNING)
        return choices_of(file_ids)


def decide_chosen(files: BulkActions, request: HttpRequest) -> HttpResponse:
    """Does to the files of the form what its button says: `approve`, `reject` or `render`."""
    sender, doing = person(request), request.POST.get("do", "")
    if doing == "render":
        if not files.has_render_permission(request):
            raise PermissionDenied()
        render(request, [choice.file_id for choice in choices_sent(request)])
        return back(request)
    require(sender, Power.DECIDE)
    try:
        if doing == "approve":
            tell(request, approve_many(choices=choices_sent(request), by=sender), "approved")
        elif doing == "reject":
            reason, note = request.POST.get("reason", ""), note_of(request)
            outcome = reject_many(choices=choices_sent(request), by=sender, reason=reason, note=note)
            tell(request, outcome, "rejected")
        else:
            raise Invalid.field("do", "Say what to do with them.")
    except Invalid as error:
        messages.error(request, told(error))
    return back(request)


def render(request: HttpRequest, file_ids: Sequence[UUID]) -> None:
    """Has those that are ready rendered again, and says how many."""
    ready = UploadedFile.objects.filter(pk__in=file_ids, lifecycle=_READY)
    found = list(ready.values_list("pk", flat=True))
    render_again(found)
    messages.success(request, f"{len(found)} files wait for a worker.")


def tell(request: HttpRequest, outcome: Outcome, done: str) -> None:
    """How many were decided on, and which were not and why."""
    many = len(outcome.done)
    if many:
        messages.success(request, f"1 file {done}." if many == 1 else f"{many} files {done}.")
    for name, why in outcome.refused:
        messages.error(request, f"{name} was not {done}. {why}")
    if not (many or outcome.refused):
        messages.warning(request, "Choose one or more files first.")


def choices_sent(request: HttpRequest) -> list[Choice]:
    """The form's `file` fields, each an id and a token: "<uuid> <seen>". What is neither names no file."""
    found = []
    for text in request.POST.getlist("file"):
        file_id, _, token = text.partition(" ")
        try:
            found.append(Choice(UUID(file_id), Seen.parse(token)))
        except (ValueError, Invalid):
            continue
    return found
