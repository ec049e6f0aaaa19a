"""The whole check: walks storages and rows, and tells what is wrong as it is found."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings

from uploads_app.services.backup import restored
from uploads_app.services.fsck import around
from uploads_app.services.fsck.deep import examine
from uploads_app.services.fsck.findings import Finding, Kind
from uploads_app.services.fsck.judge import judge
from uploads_app.services.fsck.looks import confirmed
from uploads_app.services.fsck.rows import wrong_rows
from uploads_app.services.fsck.walk import Pair, walk
from uploads_app.services.naming import Expected, unknown_aliases
from uploads_app.services.storage_check import in_use
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import configured, storage

_LOOKED_AT_TOGETHER = 200


@dataclass(slots=True)
class Check:
    """One check, and how far it came. `iter` gives the findings.

    `sample` is the share of bytes that are read, in percent; `grace` in seconds. With `prefix` or `after`
    only keys that begin so, or come after, are looked at, and what these keys' rows tell of.
    `after_restore`: bytes that no row names and that are newer than the database are meant to be there.
    """

    sample: float = 0.0
    prefix: str = ""
    after: str = ""
    grace: float | None = None
    after_restore: bool = False
    looked_at: int = 0  # keys
    kept: int = 0  # newer than a backup that was restored
    last: str = ""  # the last key that was looked at, to go on after
    _suspects: list[Pair] = field(default_factory=list)
    _sampled: around.Sample = field(default_factory=around.Sample)

    def __iter__(self) -> Iterator[Finding]:
        """Raises StorageAway, DatabaseError: then it is not known what else is wrong."""
        grace = settings.VITRINE_ORPHAN_GRACE if self.grace is None else self.grace
        aliases = in_use()
        if unknown := unknown_aliases(configured()):
            raise StorageAway(f"rows name storages that are not set up here: {', '.join(unknown)}")
        for alias in aliases:
            storage(alias).check()
        yield from self._keys(aliases, grace)
        if self.after:
            return
        yield from wrong_rows(grace, self.prefix)
        if not self.prefix:
            yield from around.junk(grace)
            yield from self._around(aliases, grace)
        for alias in aliases:
            yield from around.leaks(alias, self._sampled.of(alias))

    def _keys(self, aliases: list[str], grace: float) -> Iterator[Finding]:
        newer, moment = restored.kept(), restored.last_known().timestamp()
        # Nothing is on its way into what was just restored, and all of it is young.
        oldest = time.time() - (0 if self.after_restore and self.grace is None else grace)
        for finding in self._wrong_keys(aliases, oldest):
            late = newer.covers(finding.changed) or (
                self.after_restore and restored.is_after(finding.changed, moment)
            )
            if finding.kind == Kind.ORPHAN and late:
                self.kept += 1
            else:
                yield finding

    def _wrong_keys(self, aliases: list[str], oldest: float) -> Iterator[Finding]:
        for pair in walk(aliases, prefix=self.prefix, after=self.after):
            if judge(pair, oldest):
                self._suspects.append(pair)
            elif pair.listed and self._is_sampled(pair):
                yield from examine(pair)
            if pair.listed and pair.listed.is_plain:
                self._sampled.add(pair.alias, pair.key)
            self.looked_at += 1
            if len(self._suspects) >= _LOOKED_AT_TOGETHER:
                yield from self._second_look(oldest)
            if not self._suspects:
                self.last = pair.key
        yield from self._second_look(oldest)

    def _second_look(self, oldest: float) -> Iterator[Finding]:
        suspects, self._suspects = self._suspects, []
        if suspects:
            yield from confirmed(suspects, oldest)
            self.last = suspects[-1].key

    def _is_sampled(self, pair: Pair) -> bool:
        counted_on = any(row.expected == Expected.BYTES for row in pair.named)
        return counted_on and random.random() * 100 < self.sample

    def _around(self, aliases: list[str], grace: float) -> Iterator[Finding]:
        seen: set[tuple[str, str]] = set()  # originals and renditions may share a root
        for alias in aliases:
            for found in around.strangers(alias, grace):
                place = alias.removesuffix("_renditions"), found.key
                if place not in seen:
                    seen.add(place)
                    yield found
