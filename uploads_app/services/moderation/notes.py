"""What staff write down about a file for each other."""

from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from uploads_app.errors import Invalid
from uploads_app.models import ModerationEvent
from uploads_app.services.moderation.decide import held
from uploads_app.services.moderation.history import record
from uploads_app.services.moderation.powers import Power
from uploads_app.services.moderation.standing import Action


def add_note(*, file_id: UUID, by: AbstractUser, text: str) -> ModerationEvent:
    """Adds a note of 1 to 1000 characters to a file's history, for staff alone.

    Raises Invalid for an empty one, and what `approve` raises but Conflict: a note decides nothing.
    """
    if not text.strip():
        raise Invalid.field("note", "Write something.", "required")
    with transaction.atomic():
        return record(held(file_id, by, Power.DECIDE), Action.NOTE, actor=by, note=text.strip())
