"""Legal hold: a file is hidden, and its bytes stay, whoever deletes it, until the hold is lifted."""

from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from uploads_app.errors import Conflict, Invalid, NotFound
from uploads_app.models import ModerationEvent, UploadedFile
from uploads_app.services.delete import TO_PURGE, purge_quietly
from uploads_app.services.moderation.decide import held
from uploads_app.services.moderation.history import move
from uploads_app.services.moderation.powers import Power, require
from uploads_app.services.moderation.standing import Action, standing_of


def place(*, file_id: UUID, by: AbstractUser, note: str) -> ModerationEvent:
    """Puts a ready file under legal hold; `note` says by which order, in 1 to 1000 characters.

    Its owner may still delete it: it is then gone for everybody, and its bytes stay for who asks by law.
    Raises PermissionDenied, Invalid for an empty note, NotFound when it was deleted before, Conflict when
    there is a hold already.
    """
    require(by, Power.HOLD)
    if not note.strip():
        raise Invalid.field("note", "Say by which order.", "required")
    with transaction.atomic():
        file = held(file_id, by, Power.HOLD)
        if file.legal_hold:
            raise Conflict("This file is under legal hold already.")
        return move(file, Action.HOLD, standing_of(file), actor=by, note=note.strip(), legal_hold=True)


def release(*, file_id: UUID, by: AbstractUser, note: str = "") -> ModerationEvent:
    """Lifts a legal hold; the bytes of a file that was deleted meanwhile go now.

    Raises PermissionDenied, Conflict when there is no hold.
    """
    require(by, Power.HOLD)
    with transaction.atomic():
        file = UploadedFile.objects.select_for_update().filter(pk=file_id).first()
        if file is None:
            raise NotFound()
        require(by, Power.HOLD, file)
        if not file.legal_hold:
            raise Conflict("This file is under no legal hold.")
        event = move(file, Action.RELEASE, standing_of(file), actor=by, note=note, legal_hold=False)
    if file.lifecycle in TO_PURGE:
        purge_quietly(file)
    return event
