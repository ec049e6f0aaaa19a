"""Holding rows of copies while their bytes are touched: a claim with a short lease that its run renews.

A run that was killed loses its hold within LEASE seconds. Two living runs never write at one key: a local
folder gives them one temporary file there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from uploads_app.models import StoredCopy
from uploads_app.services.moving.kinds import Item, Kind

LEASE = 10.0  # seconds
RENEW_EVERY = LEASE / 4  # seconds

State = StoredCopy.State
THERE = (State.WHOLE, State.LEFT_BEHIND)  # the bytes are as they should be
UNFINISHED = (State.PENDING, State.REMOVING)
NOBODY_HOLDS = Q(lease_until__isnull=True) | Q(lease_until__lte=Now())


def uncopied(alias: str, items: Sequence[Item]) -> list[Item]:
    """Those of the items whose bytes do not lie at `alias` yet, as far as rows say."""
    rows = StoredCopy.objects.filter(pk__in=[item.key for item in items], storage=alias, state__in=THERE)
    there = set(rows.values_list("pk", flat=True))
    return [item for item in items if item.key not in there]


def hold_pending(kind: Kind, to: str, items: Sequence[Item], token: UUID) -> list[Item]:
    """Takes hold of what is to be copied, as pending rows; leaves out what is gone, done or another's."""
    alias = kind.target(to)
    with transaction.atomic():
        living = kind.lock(to, [item.key for item in items])
        fresh = [_pending(item, alias, token) for item in items if item.key in living]
        StoredCopy.objects.bulk_create(fresh, ignore_conflicts=True)
        copies = StoredCopy.objects.filter(pk__in=living, storage=alias)
        free = copies.filter(NOBODY_HOLDS, state__in=UNFINISHED)
        free.update(claim=token, state=State.PENDING, lease_until=lease())
        held = set(copies.filter(claim=token, state=State.PENDING).values_list("pk", flat=True))
    return [item for item in items if item.key in held]


def hold_for_removal(copies: QuerySet[StoredCopy], token: UUID) -> list[StoredCopy]:
    """Takes hold of these rows, if they still are what the query says, to remove their bytes."""
    with transaction.atomic():
        # In one order, as others may hold some of the same.
        ids = list(copies.order_by("pk").select_for_update().values_list("pk", flat=True))
        rows = StoredCopy.objects.filter(pk__in=ids)
        rows.update(state=State.REMOVING, claim=token, lease_until=lease())
        return list(rows.order_by("pk"))


def mine(keys: Collection[str], token: UUID) -> QuerySet[StoredCopy]:
    """Those rows that the run `token` still holds."""
    return StoredCopy.objects.filter(pk__in=keys, claim=token, state__in=UNFINISHED)


def renew(keys: Collection[str], token: UUID) -> None:
    """Holds them for as long again."""
    mine(keys, token).update(lease_until=lease())


def lease() -> Any:
    """An expression: when a hold that is taken now ends, by the database's clock."""
    return Now() + timedelta(seconds=LEASE)


def _pending(item: Item, alias: str, token: UUID) -> StoredCopy:
    return StoredCopy(
        key=item.key,
        storage=alias,
        sha256=item.sha256,
        size=item.size,
        claim=token,
        lease_until=lease(),
    )
