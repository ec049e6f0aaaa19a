"""Parts of uploads: written durably under a name that a row tells first, read in order, removed."""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import DatabaseError, IntegrityError

from uploads_app.connecting import renew_connection
from uploads_app.errors import Gone, NotFound, Unavailable
from uploads_app.models import TusPart, TusUpload
from uploads_app.services.direct.incoming import removed
from uploads_app.services.spooling import Spooled, SpoolWriter
from uploads_app.services.storage_check import require_storage
from uploads_app.storage.base import Facts
from uploads_app.storage.errors import KeyTaken, StorageAway
from uploads_app.storage.keys import new_incoming_key
from uploads_app.storage.places import storage

logger = logging.getLogger(__name__)
_PIECE = 4 * 1024 * 1024  # bytes that are asked for, and held in memory, at once
_TYPE = "application/octet-stream"


def kept(row: TusUpload) -> list[TusPart]:
    """The parts of an upload, in their order."""
    return list(TusPart.objects.filter(upload=row.pk, state=TusPart.State.KEPT).order_by("start"))


def require_all(parts: Iterable[TusPart], offset: int) -> None:
    """Raises Gone where parts do not follow one another up to `offset`: never are others put in their place."""
    end = 0
    for part in parts:
        if part.start != end:
            break
        end += part.size
    if end != offset:
        raise Gone("Bytes of this upload were lost. Begin another one.")


def name_one(row: TusUpload, start: int, spooled: Spooled) -> TusPart:
    """The row of bytes that are not written yet. Raises NotFound when the upload is gone with its account."""
    try:
        return TusPart.objects.create(
            upload_id=row.pk,
            start=start,
            size=spooled.size,
            sha256=spooled.sha256,
            storage=row.storage,
            key=new_incoming_key(),
        )
    except IntegrityError as error:
        raise NotFound() from error


def write(part: TusPart, spooled: Spooled) -> None:
    """Makes the bytes of a part durable. Raises Unavailable."""
    try:
        require_storage(part.storage, seen_is_enough=True)
        storage(part.storage).write_once(part.key, spooled.path, Facts(part.sha256, _TYPE))
    except (StorageAway, KeyTaken) as error:
        raise Unavailable() from error


def take_back(part: TusPart) -> None:
    """Removes a part that did not get to count, with its row. Raises nothing: what stays goes later."""
    try:
        renew_connection()
        # An answer of the database that got lost may have been a yes.
        if not TusPart.objects.filter(pk=part.pk, state=TusPart.State.KEPT).exists():
            remove_quietly([part])
    except DatabaseError as error:
        logger.warning("part %s of an upload is taken back later: %s", part.key, error)


def remove_quietly(parts: Iterable[TusPart]) -> None:
    """Removes parts: the bytes, then the row. What the storage does not remove now keeps its row, and goes later."""
    for part in parts:
        if removed(part):
            TusPart.objects.filter(pk=part.pk).delete()


@contextmanager
def joined(name: str, parts: Sequence[TusPart], tail: Spooled) -> Iterator[Spooled]:
    """Parts and what comes after them, as one body. Raises Gone for bytes that are lost, StorageAway, Unavailable."""
    if not parts:
        yield tail
        return
    writer = SpoolWriter(name, sum(part.size for part in parts) + tail.size)
    try:
        for part in parts:
            for piece in _read(part):
                writer.write(piece)
        with tail.path.open("rb") as rest:
            while piece := rest.read(_PIECE):
                writer.write(piece)
        yield writer.finish()
    finally:
        writer.discard()


def _read(part: TusPart) -> Iterator[bytes]:
    found = hashlib.sha256()
    try:
        for start in range(0, part.size, _PIECE):
            piece = storage(part.storage).read(part.key, start, min(_PIECE, part.size - start))
            found.update(piece)
            yield piece
    except FileNotFoundError as error:
        raise Gone("Bytes of this upload were lost. Begin another one.") from error
    if found.hexdigest() != part.sha256:
        raise Gone("Bytes of this upload were damaged. Begin another one.")
