"""Whether the storage is the one in which our files lie: an unmounted volume leaves an empty folder."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.core.files.storage import storages

from uploads_app.models import UploadedFile
from uploads_app.storage.errors import Unmarked

_WITNESSES = 10  # files that are looked for where there is no mark


def require_storage() -> None:
    """Raises StorageAway unless the storage is there and ours; what is absent from it is then truly gone.

    One without a mark is marked when there is no file yet, or when one of the newest lies in it: then it is
    a copy that lost the mark.
    """
    storage: Any = storages["default"]
    try:
        storage.check()
    except Unmarked:
        ready = UploadedFile.objects.filter(lifecycle=UploadedFile.Lifecycle.READY)
        newest = list(ready.order_by("-uploaded_at").values_list("file", flat=True)[:_WITNESSES])
        if newest and not _holds_one_of(storage, newest):
            raise
        storage.mark()


def _holds_one_of(storage: Any, keys: Iterable[str]) -> bool:
    for key in keys:
        with suppress(Unmarked):
            if storage.exists(key):
                return True
    return False
