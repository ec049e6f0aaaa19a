"""Which storage keys a row names: what no row names is nobody's."""

from collections.abc import Sequence

from uploads_app.models import Rendition, StoredCopy, UploadedFile

_PURGED = UploadedFile.Lifecycle.PURGED


def named(keys: Sequence[str]) -> set[str]:
    """Those of the keys that a file or a rendition names, wherever its bytes lie."""
    files = UploadedFile.objects.filter(file__in=keys).exclude(lifecycle=_PURGED)
    renditions = Rendition.objects.filter(key__in=keys)
    return {*files.values_list("file", flat=True), *renditions.values_list("key", flat=True)}


def named_at(alias: str, keys: Sequence[str]) -> set[str]:
    """Those of the keys of which a row says that bytes may lie in the storage `alias`.

    One statement: a switch moves a name from one table to another in one step, and two statements could each
    look where the name is not.
    """
    files = UploadedFile.objects.filter(storage=alias, file__in=keys).exclude(lifecycle=_PURGED)
    renditions = Rendition.objects.filter(storage=alias, key__in=keys)
    copies = StoredCopy.objects.filter(storage=alias, key__in=keys)
    all_three = files.values_list("file").union(renditions.values_list("key"), copies.values_list("key"))
    return {key for (key,) in all_three}
