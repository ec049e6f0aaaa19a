"""Whether a storage is the one in which our files lie: an unmounted volume leaves an empty folder."""

from collections.abc import Iterable
from contextlib import suppress

from uploads_app.models import PublicCopy, Rendition, StoredCopy, UploadedFile
from uploads_app.services.naming import is_named
from uploads_app.storage.base import PictureStorage
from uploads_app.storage.errors import Unmarked
from uploads_app.storage.places import (
    ORIGINALS,
    S3_PUBLIC,
    configured,
    new_originals,
    new_renditions,
    storage,
)

_THERE = (StoredCopy.State.WHOLE, StoredCopy.State.LEFT_BEHIND)
_WITNESSES = 10  # files that are looked for where there is no mark


def in_use() -> list[str]:
    """The aliases of storages that take new bytes, or in which a row says that some lie."""
    taking = (new_originals(), new_renditions())
    return [alias for alias in configured() if alias in taking or is_named(alias)]


def require_storage(alias: str, *, seen_is_enough: bool = False) -> None:
    """Raises StorageAway unless the storage is there and ours; what is absent from it is then truly gone.

    One without a mark is marked when no row says that bytes lie in it, or when some of the newest do: then it
    is a copy that lost the mark. With `seen_is_enough` a storage far away is asked once in each process.
    """
    asked = storage(alias)
    try:
        asked.check(seen_is_enough=seen_is_enough)
    except Unmarked:
        newest = _newest_keys(alias)
        if newest and not _holds_one_of(asked, newest):
            raise
        asked.mark()


def _newest_keys(alias: str) -> list[str]:
    copies = StoredCopy.objects.filter(storage=alias, state__in=_THERE).values_list("pk", flat=True)
    return [*_newest_of_rows(alias), *copies[:_WITNESSES]]


def _newest_of_rows(alias: str) -> list[str]:
    if alias == S3_PUBLIC:
        copies = PublicCopy.objects.filter(state=PublicCopy.State.OFFERED)
        return list(copies.order_by("-pk").values_list("key", flat=True)[:_WITNESSES])
    if alias in ORIGINALS.values():
        files = UploadedFile.objects.filter(lifecycle=UploadedFile.Lifecycle.READY, storage=alias)
        return list(files.order_by("-uploaded_at").values_list("file", flat=True)[:_WITNESSES])
    made = Rendition.objects.filter(state=Rendition.State.READY, storage=alias)
    return list(made.order_by("-pk").values_list("key", flat=True)[:_WITNESSES])


def _holds_one_of(asked: PictureStorage, keys: Iterable[str]) -> bool:
    for key in keys:
        with suppress(Unmarked):
            if asked.exists(key):
                return True
    return False
