"""The queue page: staff look at one picture after the other, and decide."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from uploads_app.admin.bulk import BulkActions, decide_chosen
from uploads_app.admin.queue_filters import FilterForm
from uploads_app.admin.queue_posts import back, is_script, note_of, person, told
from uploads_app.admin.queue_rows import rows_of
from uploads_app.errors import Conflict, Invalid, NotFound
from uploads_app.models import ModerationEvent, Reason, UploadedFile
from uploads_app.services.moderation.decide import Seen, approve, reject, undo
from uploads_app.services.moderation.powers import Power, has, require
from uploads_app.services.moderation.queue import Which, count, queue_page

QueueRank = UploadedFile.QueueRank
_URGENT = {QueueRank.APPEAL: "appealed", QueueRank.WITHHELD: "withheld", QueueRank.REPORTED: "reported"}
_DONE = {"approve": "approved", "reject": "rejected", "undo": "as it was before"}
Decide = Callable[[HttpRequest, UUID], ModerationEvent]


class QueueViews(BulkActions):
    """The page's addresses, beside those that the admin of files has anyway."""

    admin_site: admin.AdminSite

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("queue/", wrap(_look(partial(show_queue, self.admin_site))), name="uploads_app_queue"),
            path(
                "queue/chosen",
                wrap(require_POST(partial(decide_chosen, self))),
                name="uploads_app_queue_chosen",
            ),
        ]
        for name, decide in _DECISIONS.items():
            view = wrap(require_POST(partial(_decided, name, decide)))
            own.append(path(f"queue/<uuid:file_id>/{name}", view, name=f"uploads_app_queue_{name}"))
        return own + super().get_urls()


def _look(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    looked: Callable[..., HttpResponse] = require_safe(cache_control(private=True, no_store=True)(view))
    return looked


def show_queue(site: admin.AdminSite, request: HttpRequest) -> HttpResponse:
    """A page of files for whoever of the staff may look at files; forms only for who may decide."""
    viewer = person(request)
    require(viewer, Power.VIEW)
    form = FilterForm(request.GET)
    page = queue_page(form.wanted, cursor=request.GET.get("cursor"))
    counts = count(form.wanted)
    ranks = _URGENT.items() if form.wanted.which.queued else ()
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": "Moderation queue",
        "form": form,
        "rows": rows_of(page.rows, viewer),
        "counts": counts,
        "ranks": [(rank.value, word, counts.by_rank.get(rank, 0)) for rank, word in ranks],
        "first": not request.GET.get("cursor"),
        "next": _address(request, page.next) if page.next else "",
        "beginning": _address(request),
        "states": _states(request, form.wanted.which),
        "here": request.get_full_path(),
        "reasons": Reason.choices,
        "decides": has(viewer, Power.DECIDE),
        "sees_reporters": has(viewer, Power.SEE_REPORTERS),
    }
    return TemplateResponse(request, "admin/moderation/queue.html", context)


def _approve(request: HttpRequest, file_id: UUID) -> ModerationEvent:
    seen, note = Seen.parse(request.POST.get("seen", "")), note_of(request)
    return approve(file_id=file_id, by=person(request), seen=seen, note=note)


def _reject(request: HttpRequest, file_id: UUID) -> ModerationEvent:
    seen, reason = Seen.parse(request.POST.get("seen", "")), request.POST.get("reason", "")
    return reject(file_id=file_id, by=person(request), seen=seen, reason=reason, note=note_of(request))


def _undo(request: HttpRequest, file_id: UUID) -> ModerationEvent:
    return undo(file_id=file_id, by=person(request))


_DECISIONS: dict[str, Decide] = {"approve": _approve, "reject": _reject, "undo": _undo}


def _decided(name: str, decide: Decide, request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Takes one decision: scripts get `{file_id, state, serial}` or a problem, forms come back with words."""
    require(person(request), Power.DECIDE)
    if is_script(request):
        event = decide(request, file_id)
        return JsonResponse({"file_id": str(file_id), "state": event.to_state, "serial": event.serial})
    try:
        event = decide(request, file_id)
    except (Conflict, NotFound, Invalid) as error:
        messages.error(request, told(error))
    else:
        messages.success(request, f"{event.file} is {_DONE[name]}.")
    return back(request)


def _address(request: HttpRequest, cursor: str = "", **changed: str) -> str:
    """This page with another cursor, or another filter."""
    query = {name: value for name, value in request.GET.items() if name != "cursor" and value}
    query |= changed | ({"cursor": cursor} if cursor else {})
    return f"{request.path}?{urlencode(query)}" if query else request.path


def _states(request: HttpRequest, now: Which) -> list[tuple[str, str, bool]]:
    choices = FilterForm.base_fields["state"].choices  # type: ignore[attr-defined]  # it is a ChoiceField
    return [(label, _address(request, state=str(value)), value == now) for value, label in choices]
