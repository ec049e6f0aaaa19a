"""The history of a file: every step is written in the transaction that takes it."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F

from uploads_app import visibility
from uploads_app.models import ModerationEvent, UploadedFile
from uploads_app.services.moderation.standing import Standing, standing_of
from uploads_app.services.publishing.withdraw import withdraw_soon

Action = ModerationEvent.Action


def record(
    file: UploadedFile,
    action: Action,
    *,
    actor: AbstractBaseUser | None = None,
    reason: str = "",
    note: str = "",
    evidence: dict[str, Any] | None = None,
    to: Standing | None = None,
    serial: int | None = None,
) -> ModerationEvent:
    """Writes down a step on a file that the caller holds locked; `to` is where it leads, if anywhere else.

    The names, bytes and edits are those of the moment: they stay true when accounts and files go.
    """
    before = standing_of(file)
    now = to or before
    return ModerationEvent.objects.create(
        file=file,
        actor_id=None if actor is None else actor.pk,
        actor_name="" if actor is None else actor.get_username(),
        action=action,
        from_state=before.state,
        to_state=now.state,
        from_withheld=before.withheld,
        to_withheld=now.withheld,
        serial=file.moderation_serial if serial is None else serial,
        reason=reason,
        note=note,
        sha256=file.sha256,
        recipe=recipe_of(file),
        evidence=evidence or {},
    )


def move(
    file: UploadedFile,
    action: Action,
    to: Standing,
    *,
    actor: AbstractBaseUser | None = None,
    reason: str = "",
    note: str = "",
    evidence: dict[str, Any] | None = None,
    **columns: Any,
) -> ModerationEvent:
    """Takes a step: the file's row and its history together, in the caller's transaction.

    The file must be locked, and is brought up to date; `columns` are further ones to set.
    """
    event = record(
        file,
        action,
        actor=actor,
        reason=reason,
        note=note,
        evidence={"reports_open": file.reports_open} | (evidence or {}),
        to=to,
        serial=file.moderation_serial + 1,
    )
    changed = to.columns() | columns
    UploadedFile.objects.filter(pk=file.pk).update(moderation_serial=F("moderation_serial") + 1, **changed)
    for name, value in changed.items():
        setattr(file, name, value)
    file.moderation_serial += 1
    withdraw_soon(file.pk)
    return event


def lock(file_id: UUID) -> UploadedFile | None:
    """A ready file, locked until the caller's transaction ends; None when there is none."""
    ready = UploadedFile.objects.select_for_update().filter(pk=file_id)
    return ready.filter(lifecycle=UploadedFile.Lifecycle.READY).first()


def recipe_of(file: UploadedFile) -> dict[str, Any]:
    """How a file is shown now: its edits, and the crops that uses have of their own."""
    crops = visibility.crops([file.pk]).get(file.pk, ())
    return {"edits": file.edits, "crops": [asdict(crop) for crop in crops]}
