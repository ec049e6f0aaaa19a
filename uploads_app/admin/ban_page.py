"""The page on which a lead bans a picture, and chooses which of its copies are rejected along with it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from uploads_app.admin.base import ReadOnlyAdmin
from uploads_app.admin.bulk import choices_sent, tell
from uploads_app.admin.copies import shown
from uploads_app.admin.decisions import last_word, sent_by
from uploads_app.admin.queue_posts import person, told
from uploads_app.errors import Conflict, Invalid, NotFound
from uploads_app.models import Reason
from uploads_app.previews import preview
from uploads_app.services.moderation.ban_with_copies import (
    PREVIEWED,
    Banned,
    ban_with_copies,
    bannable,
    copies_to_choose,
)
from uploads_app.services.moderation.bans import standing_ban
from uploads_app.services.moderation.decide import Seen

_SIDE = 320  # px


class BanPage(ReadOnlyAdmin):
    """The page beside that of each file."""

    def get_urls(self) -> list[URLPattern]:
        view = require_http_methods(["GET", "HEAD", "POST"])(
            cache_control(private=True, no_store=True)(self.ban_view)
        )
        page = self.admin_site.admin_view(view)
        return [path("<uuid:file_id>/ban/", page, name="uploads_app_uploadedfile_ban"), *super().get_urls()]

    def ban_view(self, request: HttpRequest, file_id: UUID) -> HttpResponse:
        """Asks what goes along, or does it and comes back to the file. Refusals by right are raised."""
        if request.method != "POST":
            return self._ask(request, file_id)
        try:
            sent = sent_by(request)
            done = ban_with_copies(
                file_id=file_id,
                by=person(request),
                seen=Seen.parse(sent["seen"]),
                reason=sent["reason"],
                note=sent["note"],
                copies=choices_sent(request),
            )
        except Invalid as error:
            messages.error(request, told(error))
            return self._ask(request, file_id, status=400)
        except Conflict as error:
            messages.error(request, f"{error} {last_word(file_id)}".strip())
        except NotFound as error:
            messages.error(request, str(error))
        else:
            _tell(request, done)
        return HttpResponseRedirect(reverse("admin:uploads_app_uploadedfile_change", args=[file_id]))

    def _ask(self, request: HttpRequest, file_id: UUID, status: int = 200) -> HttpResponse:
        """The form, with what was chosen where it comes back."""
        file = bannable(file_id=file_id, by=person(request))
        copies = copies_to_choose(file)
        rows = shown(copies[:PREVIEWED])
        sent = request.method == "POST"
        context = {
            **self.admin_site.each_context(request),
            "title": "Ban a picture",
            "opts": self.opts,
            "file": file,
            "picture": preview(file, _SIDE),
            "seen": Seen.of(file),
            "ban": standing_ban(file),
            "reasons": Reason.choices,
            "reason": request.POST.get("reason", ""),
            "note": request.POST.get("note", ""),
            "copies": rows,
            "ticked": request.POST.getlist("file") if sent else [row.choice for row in rows if row.exact],
            "more": len(copies) > PREVIEWED,
            "viewer_id": person(request).pk,
        }
        return TemplateResponse(request, "admin/moderation/ban.html", context, status=status)


def _tell(request: HttpRequest, done: Banned) -> None:
    """That it is banned, how many copies went along, and which did not and why."""
    messages.success(request, "Rejected, and banned: nobody can upload it again.")
    if done.copies.done or done.copies.refused:
        tell(request, done.copies, "rejected")
