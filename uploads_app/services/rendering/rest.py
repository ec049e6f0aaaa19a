"""Recipes that failed: left alone for a while, so that the fault of one costs neither its picture nor others.

What failed keeps its claim and rests with it: no process takes it over before the lease is over, and the
tidying that takes dead claims away forgets the failures with the row.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.db.models import QuerySet
from django.db.models.functions import Now

from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.rendering.claims import Claim

logger = logging.getLogger(__name__)

FAILURES_OF_REST = 2
FIRST_REST = 10  # seconds: the fault may have been another's, as where the machine ran out of memory


def rest(held: Claim) -> None:
    """Notes that a recipe, rendered alone, ended its decoder. Raises nothing: a lease ends by itself."""
    failures = min(held.row.failures + 1, FAILURES_OF_REST)
    seconds = settings.VITRINE_RENDER_REST if failures == FAILURES_OF_REST else FIRST_REST
    mine = Rendition.objects.filter(pk=held.row.pk, claim=held.token, state=Rendition.State.PENDING)
    try:
        mine.update(failures=failures, lease_until=Now() + timedelta(seconds=seconds))
    except DatabaseError as error:
        logger.warning("a failed recipe could not be noted: %s", error)


def resting(file: UploadedFile) -> set[str]:
    """Digests of the recipes that failed and are left alone now."""
    return set(_resting(file).filter(lease_until__gt=Now()).values_list("digest", flat=True))


def end_rest(file: UploadedFile) -> None:
    """Lets failed recipes be tried again, for a file that somebody, or a change, put to work anew."""
    _resting(file).update(lease_until=Now())


def _resting(file: UploadedFile) -> QuerySet[Rendition]:
    return Rendition.objects.filter(file=file, state=Rendition.State.PENDING, failures__gt=0)
