"""Taking public copies away: those to which nobody is sent any more, since their picture is not public."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now

from uploads_app.models import PublicCopy, UploadedFile
from uploads_app.services.cdn import tell, took
from uploads_app.services.publishing.addresses import public_address
from uploads_app.services.publishing.changes import look_again
from uploads_app.services.publishing.pace import part, remember_rule
from uploads_app.services.publishing.rule import given_up, to_be_withdrawn
from uploads_app.services.walking import by_pk, onward
from uploads_app.storage.places import S3_PUBLIC, has_public_copies, storage
from uploads_app.worker.task import enqueue

logger = logging.getLogger(__name__)

_BATCH = 500
_State = PublicCopy.State


def withdraw(file_id: UUID) -> bool:
    """Removes the public copies of a file that are of nothing public any more. Raises StorageAway.

    False while the CDN was not told of them: no byte is left, the rows stay, and the next round tells it.
    """
    if not has_public_copies():
        return True
    copies = PublicCopy.objects.filter(file=file_id)
    _mark(to_be_withdrawn().filter(file=file_id))
    return not _remove(copies.filter(state=_State.REMOVING))


def mark_those(files: Sequence[UUID]) -> None:
    """Has nobody sent any more to copies of these files that are of nothing public; `remove_marked` removes them."""
    _mark(to_be_withdrawn().filter(file__in=files))


def mark_next() -> None:
    """The same of the next part of all copies (services.publishing.pace)."""
    _mark(given_up())
    for batch in onward("public.withdraw", by_pk(PublicCopy.objects.values_list("pk")), part()):
        ids = [pk for (pk,) in batch]
        _mark(to_be_withdrawn().filter(pk__in=ids))
        _forget_purged(ids)
    remember_rule()


def remove_marked(but: AbstractSet[int] = frozenset()) -> set[int]:
    """Removes what was marked, now or in earlier tries, `but` some that were tried just now. Raises StorageAway.

    Gives the rows of which the CDN was not told: no byte of them is left, and they stay to be told of.
    """
    return _remove(PublicCopy.objects.filter(state=_State.REMOVING), but)


def give_up_lost(pk: int) -> None:
    """Has nobody sent any more to a copy whose bytes are lost, and another one made by the next round."""
    lost = PublicCopy.objects.filter(pk=pk, state=_State.OFFERED)
    with transaction.atomic():
        look_again(list(lost.values_list("file", flat=True)))
        _mark(lost)


def withdraw_soon(file_id: UUID) -> None:
    """Has a worker withdraw what a change made private, once the transaction under way has committed.

    Never raises: what no worker is told of, the next round finds. It also finds what the change made public.
    """
    look_again([file_id])
    if has_public_copies() and PublicCopy.objects.filter(file=file_id).exclude(state=_State.GONE).exists():
        transaction.on_commit(lambda: _enqueue(file_id), robust=True)


def _forget_purged(ids: Sequence[int]) -> None:
    """Drops the rows of copies of files that are gone themselves: nobody asks for their addresses."""
    gone = PublicCopy.objects.filter(pk__in=ids, state=_State.GONE)
    gone.filter(file__lifecycle=UploadedFile.Lifecycle.PURGED).delete()


def _mark(copies: QuerySet[PublicCopy]) -> None:
    """From here on they are of no rendition: it may be copied anew, or be removed."""
    copies.update(state=_State.REMOVING, rendition=None)


def _remove(copies: QuerySet[PublicCopy], but: AbstractSet[int] = frozenset()) -> set[int]:
    """The bytes of all, and only then the CDN: that it cannot be told leaves nothing in the bucket.

    Whose maker may have been about to write when the bytes went is removed once more, by a later round.
    """
    nobody_writes = ExpressionWrapper(
        Q(lease_until__isnull=True) | Q(lease_until__lte=Now()), output_field=BooleanField()
    )
    rows = copies.order_by("pk").values_list("pk", "key", nobody_writes)
    removed: list[tuple[int, str]] = []
    try:
        for pk, key, final in rows.iterator(_BATCH):
            if pk in but:
                continue
            storage(S3_PUBLIC).remove(key)
            if final:
                removed.append((pk, key))
    finally:  # it is told of what went before the storage was away
        untold = _tell_of(removed)
    return untold


def _tell_of(removed: Sequence[tuple[int, str]]) -> set[int]:
    """Tells the CDN, then the rows say that they are gone; those of which it was not told stay as they are."""
    untold: set[int] = set()
    for start in range(0, len(removed), _BATCH):
        batch = removed[start : start + _BATCH]
        rows = [pk for pk, _ in batch]
        if _told([key for _, key in batch]):
            PublicCopy.objects.filter(pk__in=rows).update(state=_State.GONE, lease_until=None)
        else:
            untold.update(rows)
    if untold:
        logger.error(
            "the CDN was not told of %d public copies that are removed; it may show them", len(untold)
        )
    return untold


def _told(keys: Sequence[str]) -> bool:
    # Without a public URL nobody knows any more under which addresses a CDN may have them.
    addresses = [public_address(key) for key in keys] if settings.VITRINE_S3_PUBLIC_URL else []
    return not addresses or took(tell(addresses))


def _enqueue(file_id: UUID) -> None:
    from uploads_app.tasks import withdraw  # a door to the services, which cannot import it at their start

    try:
        enqueue(withdraw, str(file_id))
    except Exception:
        logger.warning("no worker was told to withdraw %s", file_id, exc_info=True)
