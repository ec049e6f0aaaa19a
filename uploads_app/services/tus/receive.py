"""Bytes of an upload arrive. What came whole is durable when this returns, also of a body that was cut off."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models.functions import Now

from uploads_app.errors import ChecksumMismatch, Conflict, FileTooLarge, Gone, Unavailable
from uploads_app.images.errors import UnsupportedMediaType
from uploads_app.images.formats import sniff
from uploads_app.models import TusPart, TusUpload
from uploads_app.services.direct import claims
from uploads_app.services.spooling import Spooled, SpoolWriter
from uploads_app.services.tus import parts
from uploads_app.services.tus.complete import complete
from uploads_app.services.tus.end import refuse
from uploads_app.services.tus.find import anew, require_usable

_State = TusUpload.State
_HEAD = 12  # bytes that tell a format
ALGORITHMS = ("sha256", "sha1")


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one body come to, by one of ALGORITHMS."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """Bytes on their way: how many were announced, and the pieces, which end early when the sender is cut off."""

    length: int
    pieces: Iterable[bytes]
    checksum: Checksum | None = None


def receive(owner: AbstractBaseUser, row: TusUpload, start: int, body: Body) -> TusUpload:
    """Takes bytes in that go on from `start`; the last ones make the file. Gives the upload as it is then.

    Raises Conflict when it goes on elsewhere, or is being completed; FileTooLarge for more than was announced,
    ChecksumMismatch, Gone, Unavailable: then nothing of this body stays. And what `complete` raises.
    """
    _require_place(row, start, body.length)
    if body.length:
        with _spooled(row, body) as spooled:
            _require_type(row, spooled)
            if start + spooled.size == row.file_size:
                complete(owner, row, spooled)
            elif spooled.size:
                _keep(row, spooled)
    return anew(row)


def _require_place(row: TusUpload, start: int, length: int) -> None:
    if start != row.offset:
        raise Conflict(f"This upload goes on at byte {row.offset}.")
    if start + length > row.file_size:
        raise FileTooLarge(f"This upload was announced to have {row.file_size} bytes.")
    if row.state == _State.COMPLETING and not claims.all_of(row).unheld().exists():
        raise Conflict("This upload is being completed; try again in a moment.")


@contextmanager
def _spooled(row: TusUpload, body: Body) -> Iterator[Spooled]:
    writer = SpoolWriter(row.filename, body.length)
    wanted = body.checksum
    found = hashlib.new(wanted.algorithm, usedforsecurity=False) if wanted else None
    try:
        for piece in body.pieces:
            writer.write(piece)
            if found is not None:
                found.update(piece)
        if found is not None and wanted is not None and found.digest() != wanted.digest:
            raise ChecksumMismatch()
        yield writer.finish()
    finally:
        writer.discard()


def _require_type(row: TusUpload, spooled: Spooled) -> None:
    """The first bytes tell what is no picture, which spares its sender the others."""
    if row.offset or spooled.size < _HEAD:
        return
    with spooled.path.open("rb") as body:
        try:
            sniff(body.read(_HEAD))
        except UnsupportedMediaType as error:
            refuse(row, error)
            raise


def _keep(row: TusUpload, spooled: Spooled) -> None:
    """Stores one more part. A small one before it becomes part of it, so that there are never many."""
    last = TusPart.objects.filter(upload=row.pk, state=TusPart.State.KEPT).order_by("-start").first()
    before = last if last is not None and last.size < settings.VITRINE_TUS_SMALL_PART else None
    with _there(row), parts.joined(row.filename, [before] if before else [], spooled) as whole:
        part = parts.name_one(row, before.start if before else row.offset, whole)
        try:
            parts.write(part, whole)
            _count(row, part, before)
        except BaseException:
            parts.take_back(part)
            raise
    if before is not None:
        parts.remove_quietly([before])


@contextmanager
def _there(row: TusUpload) -> Iterator[None]:
    """A part that is not there any more was lost, unless somebody was faster and put it together with another."""
    try:
        yield
    except Gone as error:
        if anew(row).offset != row.offset:
            raise Conflict("Other bytes came for this place at the same time.") from error
        refuse(row, error)
        raise


def _count(row: TusUpload, part: TusPart, before: TusPart | None) -> None:
    """The offset goes on to the part's end, if nobody was faster."""
    going_on = TusUpload.objects.filter(pk=row.pk, offset=row.offset, expires_at__gt=Now()).unheld()
    with transaction.atomic():
        if not going_on.update(offset=part.start + part.size, state=_State.OPEN, **claims.UNHELD):
            require_usable(row)
            raise Conflict("Other bytes came for this place at the same time.")
        if before is not None:
            TusPart.objects.filter(pk=before.pk).update(state=TusPart.State.GOING)
        if not TusPart.objects.filter(pk=part.pk, state=TusPart.State.WRITING).update(
            state=TusPart.State.KEPT
        ):
            raise Unavailable("These bytes took too long. They were not kept; send them again.")
