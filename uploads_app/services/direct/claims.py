"""Who completes an announced upload: one at a time, for a while, and whoever lost it cannot finish."""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models.functions import Now

from uploads_app.errors import Unavailable, VitrineError
from uploads_app.images.errors import ImageError
from uploads_app.models.announced import AnnouncedUpload, Announcements

logger = logging.getLogger(__name__)
_State = AnnouncedUpload.State
UNHELD: dict[str, Any] = {"claim": None, "lease_until": None}
ENDED: dict[str, Any] = {"filename": "", **UNHELD}


@dataclass(frozen=True, slots=True)
class Claim:
    """A completion's hold on an upload."""

    row: AnnouncedUpload
    token: uuid.UUID

    def rows(self) -> Announcements[Any]:
        """The upload, while this claim holds."""
        return all_of(self.row).filter(state=_State.COMPLETING, claim=self.token)


def all_of(row: AnnouncedUpload) -> Announcements[Any]:
    """An upload, whatever became of it since it was read."""
    rows: Any = type(row)._default_manager
    found: Announcements[Any] = rows.filter(pk=row.pk)
    return found


def take(row: AnnouncedUpload, **as_read: Any) -> Claim | None:
    """Takes an upload that nobody completes and that has not expired; None if it is not to be had.

    `as_read` says what else must still be true of it.
    """
    token = uuid.uuid4()
    free = all_of(row).filter(expires_at__gt=Now(), **as_read).unheld()
    lease = Now() + timedelta(seconds=settings.VITRINE_DIRECT_LEASE)
    taken = free.update(state=_State.COMPLETING, claim=token, lease_until=lease)
    return Claim(row, token) if taken else None


def settle(claim: Claim, **ended: Any) -> None:
    """Says that there is a file now, within the transaction that makes it. Raises Unavailable if lost."""
    if not claim.rows().update(state=_State.DONE, **ENDED, **ended):
        raise Unavailable("The upload took too long. Nothing was kept; try again.")


def give_back(claim: Claim) -> None:
    """Lets it be tried again. Raises nothing: what cannot be said now, the lease says."""
    try:
        claim.rows().update(state=_State.OPEN, **UNHELD)
    except DatabaseError as error:
        logger.warning("upload %s stays held for a while: %s", claim.row.pk, error)


def fail(claim: Claim, **ended: Any) -> bool:
    """Ends it for good; false if it was lost."""
    return bool(claim.rows().update(state=_State.FAILED, **ENDED, **ended))


@contextmanager
def held(
    claim: Claim,
    refuse: Callable[[VitrineError | ImageError], None],
    *,
    again: tuple[type[VitrineError], ...] = (),
) -> Iterator[None]:
    """Whatever goes wrong inside either ends the upload, by `refuse`, or gives it back.

    It may be tried again after what nobody is to blame for, and after `again`.
    """
    try:
        yield
    except (VitrineError, ImageError) as error:
        if isinstance(error, again) or error.code == "unavailable":
            give_back(claim)
        else:
            refuse(error)
        raise
    except BaseException:
        give_back(claim)
        raise
