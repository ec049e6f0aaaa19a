"""The two kinds of rows whose bytes move, and what moving asks of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from uploads_app.errors import Conflict
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.storage_check import require_storage
from uploads_app.storage.base import Facts
from uploads_app.storage.facts import of_original, of_rendition
from uploads_app.storage.places import ORIGINALS, RENDITIONS

BATCH = 200  # rows that are read, held and moved together

_Lifecycle = UploadedFile.Lifecycle
_OTHER = {"local": "s3", "s3": "local"}


@dataclass(frozen=True, slots=True)
class Item:
    """Bytes to be copied: their key, SHA-256 (hex) and size in bytes, and what is said of them."""

    key: str
    sha256: str
    size: int
    facts: Facts


@dataclass(frozen=True, slots=True)
class Kind:
    """Files or renditions: `living` are those whose bytes are there to stay, as far as anybody knows.

    `key` and `size` name their fields; `to` below is the place that the move leads to, local or s3.
    """

    name: str
    aliases: dict[str, str]
    key: str
    size: str
    living: Callable[[], QuerySet[Any]]
    readable: Callable[[QuerySet[Any]], QuerySet[Any]]
    item: Callable[[Any], Item]

    def target(self, to: str) -> str:
        """The alias that bytes are copied to."""
        return self.aliases[to]

    def source(self, to: str) -> str:
        """The alias that they are copied from."""
        return self.aliases[_OTHER[to]]

    def batches(self, to: str) -> Iterator[list[Item]]:
        """All living ones at the source, a batch at a time: memory does not grow with their number."""
        rows = self.readable(self.living().filter(storage=self.source(to))).order_by("pk")
        batch = list(rows[:BATCH])
        while batch:
            yield [self.item(row) for row in batch]
            batch = list(rows.filter(pk__gt=batch[-1].pk)[:BATCH])

    def items(self, to: str, keys: Collection[str]) -> list[Item]:
        """Those living ones at the source that have one of these keys."""
        rows = self.living().filter(storage=self.source(to), **{f"{self.key}__in": list(keys)})
        return [self.item(row) for row in self.readable(rows)]

    def lock(self, to: str, keys: Collection[str]) -> set[str]:
        """The same, as keys, locked until the caller's transaction ends: nobody deletes them meanwhile."""
        rows = self.living().filter(storage=self.source(to), **{f"{self.key}__in": list(keys)})
        return set(rows.order_by("pk").select_for_update().values_list(self.key, flat=True))


def _living_files() -> QuerySet[UploadedFile]:
    """Ready ones, and deleted ones that are under legal hold: their bytes stay, and so they move."""
    held = Q(legal_hold=True, lifecycle__in=[_Lifecycle.DELETED, _Lifecycle.FAILED])
    return UploadedFile.objects.filter(Q(lifecycle=_Lifecycle.READY) | held)


def _living_renditions() -> QuerySet[Rendition]:
    return Rendition.objects.filter(state=Rendition.State.READY)


def _file(row: UploadedFile) -> Item:
    return Item(row.key, row.sha256, row.file_size, of_original(row))


def _rendition(row: Rendition) -> Item:
    return Item(row.key, row.sha256, row.size, of_rendition(row, row.file.original_filename, row.sha256))


FILES = Kind(
    name="files",
    aliases=ORIGINALS,
    key="file",
    size="file_size",
    living=_living_files,
    readable=lambda rows: rows.only("file", "sha256", "file_size", "content_type", "original_filename"),
    item=_file,
)
MADE = Kind(
    name="renditions",
    aliases=RENDITIONS,
    key="key",
    size="size",
    living=_living_renditions,
    readable=lambda rows: rows.select_related("file").only(
        "key", "sha256", "size", "format", "file__original_filename"
    ),
    item=_rendition,
)
KINDS = (FILES, MADE)


def targets(to: str) -> list[str]:
    """The aliases that a move leads to."""
    return [kind.target(to) for kind in KINDS]


def sources(to: str) -> list[str]:
    """The aliases that it leads away from."""
    return [kind.source(to) for kind in KINDS]


def living_among(keys: Collection[str]) -> list[str]:
    """Those of the keys whose file or rendition is there to stay; in order."""
    found: set[str] = set()
    for kind in KINDS:
        rows = kind.living().filter(**{f"{kind.key}__in": list(keys)})
        found.update(rows.values_list(kind.key, flat=True))
    return sorted(found)


def require_both_places(to: str) -> None:
    """Raises Conflict where there is only one place, StorageAway unless both are there and ours."""
    for alias in [*sources(to), *targets(to)]:
        if alias not in settings.STORAGES:
            raise Conflict("There is no S3 to move to or from: VITRINE_S3_BUCKET is not set.")
        require_storage(alias)
