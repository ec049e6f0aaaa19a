"""An owner's one word against a rejection."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from uploads_app.errors import Conflict, Invalid, NotFound
from uploads_app.models import Appeal, UploadedFile
from uploads_app.services.access import own_file
from uploads_app.services.moderation.history import lock, move
from uploads_app.services.moderation.standing import Action, after
from uploads_app.statements import Statement, given_many

LONGEST = 1000  # characters

_APPEALS_OF = Statement(lambda: Appeal.objects.filter(file__in=given_many("files")).order_by("pk"))


def appeal(*, owner: AbstractBaseUser, file_id: UUID, text: str) -> Appeal:
    """Returns one's rejected file to the queue of staff, with a text of 1 to LONGEST characters.

    It stays hidden until they have looked again. Once, until the picture has been approved: what was
    rejected anew stays rejected. Raises Invalid for an empty text, Conflict when the file is not rejected or
    was appealed for before, and what `own_file` raises.
    """
    if not text.strip():
        raise Invalid.field("text", "Say why the picture should be shown.", "required")
    own_file(owner, file_id)
    with transaction.atomic():
        file = lock(file_id)
        if file is None:
            raise NotFound()
        if file.appeals.exclude(state=Appeal.State.GRANTED).exists():
            raise Conflict("You have appealed for this picture before.")
        to = after(file, Action.APPEAL, withheld=UploadedFile.Withheld.APPEAL)
        move(file, Action.APPEAL, to, actor=owner)
        return Appeal.objects.create(file=file, text=text.strip())


def attach_appeals(files: Sequence[UploadedFile]) -> None:
    """Fetches the newest appeal of each of these files; one query at most, none where nothing was decided."""
    decided = [file.pk for file in files if file.moderation_serial]
    newest = {one.file_id: one for one in _APPEALS_OF(files=decided)}
    for file in files:
        file.newest_appeal = newest.get(file.pk)  # type: ignore[attr-defined]  # as Prefetch would


def appeal_of(file: UploadedFile) -> Appeal | None:
    """The newest appeal for a file: as fetched before, else by one query."""
    if not hasattr(file, "newest_appeal"):
        attach_appeals([file])
    found: Appeal | None = file.newest_appeal  # type: ignore[attr-defined]  # set above
    return found


def may_appeal(file: UploadedFile) -> bool:
    """Whether an appeal by its owner would be taken now."""
    if file.moderation != UploadedFile.Moderation.REJECTED:
        return False
    before = appeal_of(file)
    return before is None or before.state == Appeal.State.GRANTED
