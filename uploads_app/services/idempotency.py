"""Idempotency-Key: the same person's same key gives the first answer again and stores nothing twice."""

import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from uploads_app.connecting import renew_connection
from uploads_app.errors import Conflict, IdempotencyMismatch, Invalid, Unavailable
from uploads_app.models import IdempotencyRecord, UploadedFile
from uploads_app.services.names import FALLBACK

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """This attempt's hold on a key."""

    record_id: int
    token: uuid.UUID


def check_key(key: str) -> str:
    """Raises Invalid unless the key is 1 to 255 visible ASCII characters."""
    if not 0 < len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise Invalid.field("Idempotency-Key", "1 to 255 visible ASCII characters, please.")
    return key


def claim(owner: AbstractBaseUser, key: str, digest: str) -> Claim | Answer:
    """Takes the key for a request with this digest, or returns the first answer given to it.

    Raises IdempotencyMismatch when it was used for another request, Conflict while the first runs.
    """
    token = uuid.uuid4()
    _forget_old(owner, key)
    try:
        with transaction.atomic():
            record = IdempotencyRecord.objects.create(
                owner_id=owner.pk, key=key, request_digest=digest, claim=token, lease_until=_lease()
            )
        return Claim(record.pk, token)
    except IntegrityError:
        return _claim_existing(owner, key, digest, token)


def settle(held: Claim, answer: Answer) -> None:
    """Keeps the answer, within the transaction of the work. Raises Unavailable if the claim is lost."""
    record = IdempotencyRecord.objects.filter(pk=held.record_id, claim=held.token, answer__isnull=True)
    if not record.update(answer=answer):
        raise Unavailable("A later attempt with the same key took over.")


def release(held: Claim) -> None:
    """Frees the key after a failure, so that the request may be tried again; a kept answer stays.

    Raises nothing: what the database does not take now, the end of the lease does.
    """
    with suppress(DatabaseError):
        renew_connection()
        IdempotencyRecord.objects.filter(pk=held.record_id, claim=held.token, answer__isnull=True).delete()


def forget(owner: AbstractBaseUser, key: str, answer: Answer) -> None:
    """Frees a key whose kept answer leads nowhere any more."""
    IdempotencyRecord.objects.filter(owner=owner.pk, key=key, answer=answer).delete()


def forget_name(file: UploadedFile) -> None:
    """Takes the name that its owner gave a purged file out of the answers that are kept."""
    for record in IdempotencyRecord.objects.filter(owner=file.owner_id, answer__file_id=str(file.pk)):
        record.answer = {**(record.answer or {}), "original_filename": FALLBACK}
        record.save(update_fields=["answer"])


def prune() -> int:
    """Forgets keys past their time, and says how many."""
    deleted, _ = _old().delete()
    return deleted


def _claim_existing(owner: AbstractBaseUser, key: str, digest: str, token: uuid.UUID) -> Claim | Answer:
    record = IdempotencyRecord.objects.filter(owner=owner.pk, key=key).first()
    if record is None:  # released this very moment
        raise Conflict("A request with this key was just running; try again.")
    if record.request_digest != digest:
        raise IdempotencyMismatch()
    if record.answer is not None:
        answer: Answer = record.answer
        return answer
    stale = IdempotencyRecord.objects.filter(pk=record.pk, answer__isnull=True, lease_until__lte=Now())
    if stale.update(claim=token, lease_until=_lease()):
        return Claim(record.pk, token)
    raise Conflict("A request with this key is still running; try again.")


def _lease() -> Any:
    return Now() + timedelta(seconds=settings.VITRINE_UPLOAD_LEASE)


def _old() -> QuerySet[IdempotencyRecord]:
    age = Now() - timedelta(seconds=settings.VITRINE_IDEMPOTENCY_TTL)
    return IdempotencyRecord.objects.filter(
        Q(created_at__lt=age) & (Q(answer__isnull=False) | Q(lease_until__lt=Now()))
    )


def _forget_old(owner: AbstractBaseUser, key: str) -> None:
    _old().filter(owner=owner.pk, key=key).delete()
