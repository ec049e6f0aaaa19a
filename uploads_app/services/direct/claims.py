"""Who completes a direct upload: one at a time, for a while, and whoever lost it cannot finish."""

import logging
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.db.models.functions import Now

from uploads_app.errors import Unavailable
from uploads_app.models import DirectUpload
from uploads_app.models.direct_upload import DirectUploads

logger = logging.getLogger(__name__)
_State = DirectUpload.State
ENDED = {"filename": "", "claim": None, "lease_until": None}


@dataclass(frozen=True, slots=True)
class Claim:
    """A completion's hold on an upload."""

    row: DirectUpload
    token: uuid.UUID

    def rows(self) -> DirectUploads:
        """The upload, while this claim holds."""
        return DirectUpload.objects.filter(pk=self.row.pk, state=_State.COMPLETING, claim=self.token)


def take(row: DirectUpload) -> Claim | None:
    """Takes an upload that nobody completes and that has not expired; None if it is not to be had."""
    token = uuid.uuid4()
    free = DirectUpload.objects.filter(pk=row.pk, expires_at__gt=Now()).unheld()
    lease = Now() + timedelta(seconds=settings.VITRINE_DIRECT_LEASE)
    taken = free.update(state=_State.COMPLETING, claim=token, lease_until=lease)
    return Claim(row, token) if taken else None


def settle(claim: Claim) -> None:
    """Says that there is a file now, within the transaction that makes it. Raises Unavailable if lost."""
    if not claim.rows().update(state=_State.DONE, **ENDED):
        raise Unavailable("The upload took too long. Nothing was kept; try again.")


def give_back(claim: Claim) -> None:
    """Lets it be tried again. Raises nothing: what cannot be said now, the lease says."""
    try:
        claim.rows().update(state=_State.OPEN, claim=None, lease_until=None)
    except DatabaseError as error:
        logger.warning("direct upload %s stays held for a while: %s", claim.row.pk, error)


def fail(claim: Claim) -> None:
    """Ends it for good."""
    claim.rows().update(state=_State.FAILED, **ENDED)
