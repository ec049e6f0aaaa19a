"""The bytes of a direct upload, out of the storage into the spool, if they are those that were announced."""

from collections.abc import Iterator
from contextlib import contextmanager

from uploads_app.errors import Conflict
from uploads_app.images.errors import UnsupportedMediaType
from uploads_app.images.formats import sniff
from uploads_app.models import DirectUpload
from uploads_app.services.spooling import Spooled, SpoolWriter
from uploads_app.storage.base import PictureStorage
from uploads_app.storage.places import storage

_PIECE = 4 * 1024 * 1024  # bytes that are asked for, and held in memory, at once
_HEAD = 12  # bytes that tell a format


class NotSent(Conflict):
    """Nothing has arrived yet."""

    sentence = "The bytes have not arrived yet. Send them, then complete the upload."


@contextmanager
def fetched(row: DirectUpload) -> Iterator[Spooled]:
    """The bytes that arrived for an upload, as if they had come in a body.

    Never more than the announced size is read, whatever lies there. Raises NotSent, Conflict for another size
    or hash, UnsupportedMediaType for another type, StorageAway, Unavailable.
    """
    writer = SpoolWriter(row.filename, row.file_size)
    try:
        _copy(storage(row.storage), row, writer)
        spooled = writer.finish()
        if (spooled.size, spooled.sha256) != (row.file_size, row.sha256):
            raise Conflict("The bytes that arrived are not those that were announced.")
        _require_type(spooled, row.content_type)
        yield spooled
    finally:
        writer.discard()


def _copy(place: PictureStorage, row: DirectUpload, writer: SpoolWriter) -> None:
    try:
        size = place.size(row.key)
        if size != row.file_size:
            raise Conflict(f"{size} bytes arrived, and {row.file_size} were announced.")
        for start in range(0, size, _PIECE):
            writer.write(place.read(row.key, start, min(_PIECE, size - start)))
    except FileNotFoundError as error:
        raise NotSent() from error


def _require_type(spooled: Spooled, announced: str) -> None:
    with spooled.path.open("rb") as body:
        found = sniff(body.read(_HEAD)).content_type
    if found != announced:
        raise UnsupportedMediaType(f"This is {found}, and {announced} was announced.")
