"""What happens to a file without a decision: hidden until somebody looks, or no longer the one approved."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser

from uploads_app.models import ModerationEvent, UploadedFile
from uploads_app.services.moderation import history
from uploads_app.services.moderation.standing import Action, after

_State = UploadedFile.Moderation


def withhold(
    file: UploadedFile, why: UploadedFile.Withheld, *, note: str = "", actor: AbstractBaseUser | None = None
) -> ModerationEvent:
    """Hides a file that the caller has locked from others until staff have decided, and puts it in the queue.

    Raises Conflict for a rejected one, which is hidden already.
    """
    return history.move(
        file, Action.WITHHOLD, after(file, Action.WITHHOLD, withheld=why), actor=actor, note=note
    )


def return_changed(file_ids: Iterable[UUID], actor: AbstractBaseUser | None = None) -> None:
    """Puts approved files that now look otherwise back into the queue, in the caller's transaction.

    An approval is of bytes and edits, in whichever mode: else what nobody saw would count as approved on the
    day the mode is changed. Files in other states stay as they are: an edit does not undo a rejection.
    """
    approved = UploadedFile.objects.select_for_update().filter(pk__in=file_ids, moderation=_State.APPROVED)
    for file in approved.order_by("pk"):
        history.move(file, Action.RETURN, after(file, Action.RETURN), actor=actor)
