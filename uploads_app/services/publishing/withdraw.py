"""Taking public copies away: those to which nobody is sent any more, since their picture is not public."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from uploads_app.models import PublicCopy, UploadedFile
from uploads_app.services.cdn import tell, took
from uploads_app.services.publishing.addresses import public_address
from uploads_app.services.publishing.changes import look_again
from uploads_app.services.publishing.pace import part, remember_rule
from uploads_app.services.publishing.rule import given_up, to_be_withdrawn
from uploads_app.services.walking import by_pk, onward
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import S3_PUBLIC, has_public_copies, storage
from uploads_app.worker.task import enqueue

logger = logging.getLogger(__name__)

_BATCH = 500
_State = PublicCopy.State


def withdraw(file_id: UUID) -> None:
    """Removes the public copies of a file that are of nothing public any more. Raises StorageAway."""
    if not has_public_copies():
        return
    copies = PublicCopy.objects.filter(file=file_id)
    _mark(to_be_withdrawn().filter(file=file_id))
    _remove(list(copies.filter(state=_State.REMOVING)))


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


def remove_marked() -> int:
    """Removes what was marked, now or in earlier tries; says how many are gone. Raises StorageAway."""
    rows = PublicCopy.objects.filter(state=_State.REMOVING).order_by("pk").iterator(_BATCH)
    gone = 0
    while batch := list(islice(rows, _BATCH)):
        gone += _remove(batch)
    return gone


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


def _remove(copies: Sequence[PublicCopy]) -> int:
    """Bytes, then what a CDN keeps, then the rows say so, but for those whose maker may be about to write."""
    if not copies:
        return 0
    for copy in copies:
        storage(S3_PUBLIC).remove(copy.key)
    # Without a public URL nobody knows any more under which addresses a CDN may have them.
    addresses = [public_address(copy.key) for copy in copies] if settings.VITRINE_S3_PUBLIC_URL else []
    if addresses and not took(tell(addresses)):
        raise StorageAway("the CDN was not told")
    nobody_writes = Q(lease_until__isnull=True) | Q(lease_until__lte=Now())
    removed = PublicCopy.objects.filter(nobody_writes, pk__in=[copy.pk for copy in copies])
    return removed.update(state=_State.GONE, lease_until=None)


def _enqueue(file_id: UUID) -> None:
    from uploads_app.tasks import withdraw  # a door to the services, which cannot import it at their start

    try:
        enqueue(withdraw, str(file_id))
    except Exception:
        logger.warning("no worker was told to withdraw %s", file_id, exc_info=True)
