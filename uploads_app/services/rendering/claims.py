"""Holding a recipe while it is rendered: a pending row that names the key, with a lease.

Two processes never render the same recipe of a file at once, and a process that dies loses its hold with
the lease. Whoever was slow rather than dead finds its claim gone, and leaves the bytes to the new holder.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from uploads_app.images.geometry import rendered_size
from uploads_app.images.recipes import Recipe
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.publishing.changes import look_again
from uploads_app.services.rendering.changes import hold_unchanged
from uploads_app.services.rendering.wanted import variant
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.keys import new_rendition_key
from uploads_app.storage.places import storage

logger = logging.getLogger(__name__)

_State = Rendition.State


@dataclass(frozen=True, slots=True)
class Claim:
    """One recipe that this attempt, named by `token`, may render."""

    row: Rendition
    recipe: Recipe
    token: uuid.UUID


def claim(file: UploadedFile, recipes: Sequence[Recipe]) -> list[Claim]:
    """Takes hold of those recipes that are neither made nor held by somebody else.

    A retired rendition of a recipe is taken back into service instead; only while the file is as it was when
    the recipes were written, or an edit's old renditions would come back for good.
    Raises Conflict when it is not, StorageAway when the leavings of a dead attempt cannot be removed.
    """
    token, by_digest = uuid.uuid4(), {recipe.digest: recipe for recipe in recipes}
    with transaction.atomic():
        hold_unchanged(file)
        rows = Rendition.objects.filter(file=file, digest__in=by_digest)
        if rows.filter(state=_State.RETIRED).update(state=_State.READY, retired_at=None):
            look_again([file.pk])
        expired = rows.filter(state=_State.PENDING, lease_until__lte=Now())
        inherited = expired.update(claim=token, lease_until=_lease())
        known = set(rows.values_list("digest", flat=True))
        fresh = [_row(file, recipe, token) for digest, recipe in by_digest.items() if digest not in known]
        Rendition.objects.bulk_create(fresh, ignore_conflicts=True)
        held = list(rows.filter(claim=token, state=_State.PENDING))
    claims = [Claim(row, by_digest[row.digest], token) for row in held]
    if inherited:
        _clear(claims)
    return claims


def give_back(claims: Sequence[Claim]) -> None:
    """Ends claims whose work failed: bytes and rows go. What somebody else took over is left to them.

    Raises nothing: what cannot be removed now stays named by its row, for `remove_retired`.
    """
    try:
        _give_back(claims)
    except (StorageAway, DatabaseError) as error:
        logger.warning("renditions could not be taken back yet: %s", error)


def _give_back(claims: Sequence[Claim]) -> None:
    ids = [claim.row.pk for claim in claims]
    mine = Rendition.objects.filter(pk__in=ids, claim__in={claim.token for claim in claims})
    mine.filter(state=_State.PENDING).update(state=_State.REMOVING, retired_at=Now(), lease_until=None)
    others = set(
        Rendition.objects.filter(pk__in=ids).exclude(pk__in=mine.values("pk")).values_list("pk", flat=True)
    )
    ready = set(mine.filter(state=_State.READY).values_list("pk", flat=True))  # an answer that got lost
    for claim in claims:
        if claim.row.pk not in others | ready:
            storage(claim.row.storage).remove(claim.row.key)
    mine.filter(state=_State.REMOVING).delete()


def _row(file: UploadedFile, recipe: Recipe, token: uuid.UUID) -> Rendition:
    width, height = rendered_size(recipe, file.width, file.height)
    return Rendition(
        file=file,
        digest=recipe.digest,
        preset=recipe.preset.name,
        format=recipe.format.value,
        variant=variant(recipe.crop),
        claim=token,
        lease_until=_lease(),
        key=new_rendition_key(recipe.format.value),
        width=width,
        height=height,
    )


def _lease() -> Any:
    return Now() + timedelta(seconds=settings.VITRINE_RENDER_LEASE)


def _clear(claims: Sequence[Claim]) -> None:
    """Removes what an attempt that died may have written at the keys it left behind."""
    try:
        for claim in claims:
            storage(claim.row.storage).remove(claim.row.key)
    except BaseException:
        give_back(claims)
        raise
