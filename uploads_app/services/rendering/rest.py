"""Recipes that failed: left alone for a while, so that the fault of one costs neither its picture nor others.

What failed keeps its row and rests in nobody's name: no process takes it over before the lease is over, and the
tidying that takes dead claims away forgets the failures with the row. Who takes it up again holds it as any other.
"""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from uploads_app.images.errors import DecoderLate, ImageError, SandboxUnavailable
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.rendering.claims import Claim

logger = logging.getLogger(__name__)

NOBODY = uuid.UUID(int=0)  # whose the claim of a recipe is that rests
FAILURES_OF_REST = 2
# In a row. Several, since a busy machine explains them; not without end, since a decoder that stands still looks so.
LATE_OF_REST = 5
FIRST_REST = 10  # seconds: the fault may have been another's, as where the machine ran out of memory


def calls_for_rest(error: BaseException) -> bool:
    """Whether a recipe that failed so, alone, is left alone; what is away for now calls for none."""
    return isinstance(error, DecoderLate) or (
        isinstance(error, ImageError) and not isinstance(error, SandboxUnavailable)
    )


def rest(held: Claim, error: BaseException) -> None:
    """Notes that a recipe, rendered alone, ended its decoder. Raises nothing: a lease ends by itself."""
    row = held.row
    if isinstance(error, DecoderLate):
        row.late = min(row.late + 1, LATE_OF_REST)
    else:
        row.failures = min(row.failures + 1, FAILURES_OF_REST)
    lease = Now() + timedelta(seconds=settings.VITRINE_RENDER_REST if given_up(row) else FIRST_REST)
    mine = Rendition.objects.filter(pk=row.pk, claim=held.token, state=Rendition.State.PENDING)
    try:
        mine.update(failures=row.failures, late=row.late, claim=NOBODY, lease_until=lease)
    except DatabaseError as error:
        logger.warning("a failed recipe could not be noted: %s", error)


def rests(row: Rendition) -> bool:
    """Whether a row whose lease is not over was left alone, rather than being made."""
    return row.state == Rendition.State.PENDING and row.claim == NOBODY


def given_up(row: Rendition) -> bool:
    """Whether it failed so often that its rest is long."""
    return row.failures >= FAILURES_OF_REST or row.late >= LATE_OF_REST


def resting(file: UploadedFile) -> set[str]:
    """Digests of the recipes that failed and are left alone now; late ones only once they are given up."""
    failed = _resting(file).filter(Q(failures__gt=0) | Q(late__gte=LATE_OF_REST), lease_until__gt=Now())
    return set(failed.values_list("digest", flat=True))


def end_rest(file: UploadedFile) -> None:
    """Lets failed recipes be tried again, for a file that somebody, or a change, put to work anew.

    Those that somebody is trying again right now are left to them.
    """
    _resting(file).update(lease_until=Now())


def _resting(file: UploadedFile) -> QuerySet[Rendition]:
    return Rendition.objects.filter(file=file, state=Rendition.State.PENDING, claim=NOBODY)
