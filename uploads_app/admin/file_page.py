"""The page of one file for staff: the picture, all that is known of it, and what may be decided."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from uploads_app import visibility
from uploads_app.admin.base import ReadOnlyAdmin
from uploads_app.admin.copies import shown
from uploads_app.admin.decisions import take_step
from uploads_app.errors import PermissionDenied
from uploads_app.models import ModerationEvent, Reason, UploadedFile
from uploads_app.previews import large_preview, own_crops
from uploads_app.services.moderation.decide import Seen
from uploads_app.services.moderation.dossier import MOST, dossier, open_steps
from uploads_app.services.moderation.events import event_document
from uploads_app.services.moderation.powers import Power, has
from uploads_app.services.moderation.whole import whole_picture

TEMPLATE = "admin/moderation/file.html"


class FilePage(ReadOnlyAdmin):
    """The change view of files, its buttons and its downloads."""

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path(
                "<uuid:file_id>/decide/<slug:step>/",
                guard(take_step),
                name="uploads_app_uploadedfile_decide",
            ),
            path(
                "<uuid:file_id>/whole.webp",
                guard(require_safe(self.whole_view)),
                name="uploads_app_uploadedfile_whole",
            ),
            path(
                "<uuid:file_id>/events/<int:event_id>.json",
                guard(require_safe(self.event_view)),
                name="uploads_app_uploadedfile_event",
            ),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Nothing is changed by a form here: what is posted to this address is refused."""
        if request.method not in ("GET", "HEAD") or not self.has_view_permission(request):
            raise PermissionDenied
        file = self.get_object(request, object_id)
        if file is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]  # Django's own
        context = self.admin_site.each_context(request) | self.page_of(request, file)
        return TemplateResponse(request, TEMPLATE, context | (extra_context or {}))

    def page_of(self, request: HttpRequest, file: UploadedFile) -> dict[str, Any]:
        """What the page shows, for this member of the staff."""
        by: Any = request.user
        found = dossier(file)
        return {
            "title": str(file),
            "opts": self.opts,
            "file": file,
            "dossier": found,
            "uses": [(use, use.staff_url if by.has_perm(use.staff_needs) else "") for use in found.uses],
            "similar": shown(found.similar),
            "most": MOST,
            "picture": large_preview(file),
            "crops": own_crops(file),
            "shown_to_others": file.is_active and visibility.is_showable(file),
            "seen": Seen.of(file),
            "reasons": Reason.choices,
            "steps": open_steps(file, by, found),
            "is_own": file.owner_id == by.pk,
            "sees_reporters": has(by, Power.SEE_REPORTERS),
            "owner_page": _owner_page(file.owner, by),
            "may_delete": self.has_delete_permission(request, file),
        }

    def whole_view(self, request: HttpRequest, file_id: UUID) -> HttpResponse:
        """The picture without its edits, made anew each time: see services.moderation.whole."""
        file = self._looked_at(request, UploadedFile.objects.filter(lifecycle="ready"), pk=file_id)
        headers = {"Cache-Control": "private, no-store", "Content-Security-Policy": "default-src 'none'"}
        return HttpResponse(whole_picture(file), content_type="image/webp", headers=headers)

    def event_view(self, request: HttpRequest, file_id: UUID, event_id: int) -> HttpResponse:
        """One step of the history with all its evidence, to be kept elsewhere."""
        event = self._looked_at(request, ModerationEvent.objects.all(), file=file_id, pk=event_id)
        name = f"event-{event_id}.json"
        headers = {
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        return JsonResponse(event_document(event), headers=headers, json_dumps_params={"indent": 2})

    def _looked_at(self, request: HttpRequest, rows: QuerySet[Any], **which: Any) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = rows.filter(**which).first()
        if found is None:
            raise Http404
        return found


def _owner_page(owner: Any, by: AbstractUser) -> str:
    """Where staff who may see people find an owner; empty for the others."""
    people = get_user_model()._meta
    if owner is None or not by.has_perm(f"{people.app_label}.view_{people.model_name}"):
        return ""
    return reverse(f"admin:{people.app_label}_{people.model_name}_change", args=[owner.pk])
