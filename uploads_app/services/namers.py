"""Files, renditions, what is on its way in, and copies, as tables that name keys (services.naming)."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet, Value

from uploads_app.models import DirectUpload, PublicCopy, Rendition, StoredCopy, TusPart, UploadedFile
from uploads_app.services.naming import Expected, Named, Namer
from uploads_app.storage.base import Facts
from uploads_app.storage.facts import of_original, of_public_copy, of_rendition
from uploads_app.storage.keys import INCOMING, PUBLIC, RENDITIONS, ROOT
from uploads_app.storage.places import LOCAL, LOCAL_RENDITIONS, S3, S3_PUBLIC, S3_RENDITIONS

_Lifecycle = UploadedFile.Lifecycle
_OF_FILES = {_Lifecycle.READY: Expected.BYTES, _Lifecycle.PURGED: Expected.NOTHING}


def _files() -> QuerySet[UploadedFile]:
    return UploadedFile.objects.only(
        "lifecycle", "storage", "file", "original_filename", "content_type", "file_size", "sha256"
    )


def _file(row: UploadedFile) -> Named:
    expected = _OF_FILES.get(_Lifecycle(row.lifecycle), Expected.PERHAPS)
    return Named("file", str(row.pk), row.storage, row.key, expected, of_original(row), row.file_size)


def _renditions() -> QuerySet[Rendition]:
    rows = Rendition.objects.select_related("file")
    return rows.only(
        "state", "storage", "key", "format", "size", "sha256", "file__lifecycle", "file__original_filename"
    )


def _rendition(row: Rendition) -> Named:
    counted_on = row.state == Rendition.State.READY and row.file.lifecycle == _Lifecycle.READY
    expected = Expected.BYTES if counted_on else Expected.PERHAPS
    facts = of_rendition(row, row.file.original_filename, row.sha256)
    size = row.size if counted_on else None
    return Named("rendition", str(row.pk), row.storage, row.key, expected, facts, size)


def _direct() -> QuerySet[DirectUpload]:
    return DirectUpload.objects.exclude(key="").only("storage", "key", "sha256", "content_type", "state")


def _sent(row: DirectUpload) -> Named:
    """What was announced of it: nobody has looked at the bytes yet."""
    facts = Facts(row.sha256, row.content_type)
    return Named("direct upload", str(row.pk), row.storage, row.key, Expected.PERHAPS, facts, None)


def _part(row: TusPart) -> Named:
    """Until it is kept nobody counts on it, and then its upload's sender alone, who can send it again."""
    facts = Facts(row.sha256, "application/octet-stream")
    return Named("part of an upload", str(row.pk), row.storage, row.key, Expected.PERHAPS, facts, None)


def _copies() -> QuerySet[PublicCopy]:
    rows = PublicCopy.objects.exclude(state=PublicCopy.State.GONE).annotate(storage=Value(S3_PUBLIC))
    return rows.select_related("rendition", "file")


def _copy(row: PublicCopy) -> Named:
    """Only one that is offered still has its rendition, and with it what its bytes are."""
    made = row.rendition if row.state == PublicCopy.State.OFFERED else None
    facts = of_public_copy(made, row.file.original_filename) if made else Facts("", "")
    expected, size = (Expected.BYTES, made.size) if made else (Expected.PERHAPS, None)
    return Named("public copy", str(row.pk), S3_PUBLIC, row.key, expected, facts, size)


def _moving(folder: str) -> Callable[[], QuerySet[StoredCopy]]:
    return lambda: StoredCopy.objects.filter(key__startswith=f"{folder}/")


def _second(row: StoredCopy) -> Named:
    """Whether it is whole, `manage.py storage verify` tells before anybody counts on it."""
    return Named("copy", row.pk, row.storage, row.key, Expected.PERHAPS, Facts(row.sha256, ""), None)


FILES = Namer("file", ROOT, (LOCAL, S3), False, _files, _file, key="file")
RENDITIONS_MADE = Namer(
    "rendition", RENDITIONS, (LOCAL_RENDITIONS, S3_RENDITIONS), True, _renditions, _rendition
)
DIRECT_UPLOADS = Namer("direct upload", INCOMING, (LOCAL, S3), True, _direct, _sent)
PARTS = Namer("part of an upload", INCOMING, (LOCAL, S3), True, TusPart.objects.all, _part)
PUBLIC_COPIES = Namer("public copy", PUBLIC, (S3_PUBLIC,), True, _copies, _copy, public=True)
COPIES_OF_FILES = Namer("copy of a file", ROOT, (LOCAL, S3), False, _moving(ROOT), _second)
COPIES_OF_RENDITIONS = Namer(
    "copy of a rendition", RENDITIONS, (LOCAL_RENDITIONS, S3_RENDITIONS), True, _moving(RENDITIONS), _second
)
ALL = (FILES, RENDITIONS_MADE, DIRECT_UPLOADS, PARTS, PUBLIC_COPIES, COPIES_OF_FILES, COPIES_OF_RENDITIONS)
