"""What is true of the whole site right now: read from the database when somebody looks, and kept a few seconds.

Who has more to tell registers a reading; each is to take one or two cheap queries.
"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import django
from django.conf import settings
from django.db.models import Count, Min, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from uploads_app.models import DirectUpload, PeriodicRun, PublicCopy, TusUpload, UploadedFile, WorkerBeat
from uploads_app.observing import readiness
from uploads_app.observing.asked_once import AskedOnce, TooSlow
from uploads_app.observing.waiting import asked_at
from uploads_app.storage.temporary import spool
from uploads_app.worker import periodic
from uploads_app.worker.queue import waiting_tasks

COUNTED = 10_000  # rows are counted up to here: further on a number helps nobody, and costs time
_PATIENCE = 5.0  # seconds: half of what Prometheus waits for all of it

Reading = Callable[[], Iterable[Metric]]
_File, _Ready = UploadedFile, UploadedFile.Lifecycle.READY
_readings: dict[str, Reading] = {}


def register(name: str, reading: Reading) -> None:
    """Adds a reading. Called once per process, from AppConfig.ready."""
    _readings[name] = reading


def gauge(name: str, told: str, values: Iterable[tuple[tuple[str, ...], float]], *labels: str) -> Metric:
    """A gauge of this name, with a value for each of some label values."""
    family = GaugeMetricFamily(f"vitrine_{name}", told, labels=labels)
    for label_values, value in values:
        family.add_metric(label_values, value)
    return family


def one(name: str, told: str, value: float) -> Metric:
    """A gauge without labels."""
    return gauge(name, told, [((), value)])


class State:
    """A collector for prometheus_client."""

    def collect(self) -> Iterator[Metric]:
        yield gauge("build_info", "What runs here; always 1.", [(_build(), 1)], "version", "python", "django")
        yield from _disks()
        yield _readiness()
        try:
            read = _asked.ask()
        except (TooSlow, Exception):  # noqa: BLE001  (that the state cannot be read is what is to be seen then)
            yield one("state_read", "Whether the database said what follows.", 0)
            return
        yield one("state_read", "Whether the database said what follows.", 1)
        yield from read


def backlog(waiting: QuerySet[Any], since: str) -> tuple[int, float]:
    """How many rows wait, COUNTED at most, and for how many seconds the oldest does, by one query."""
    found = waiting.order_by(since)[:COUNTED].aggregate(number=Count("pk"), oldest=Min(since))
    return found["number"], _age(found["oldest"])


def _readings_of_ours() -> Iterator[Metric]:
    yield from _work()
    yield from _moderation()
    yield _under_way()
    to_go = PublicCopy.objects.filter(state=PublicCopy.State.REMOVING)[:COUNTED].count()
    yield one("public_copies_removing", f"Public copies that are not gone yet, {COUNTED} at most.", to_go)
    lease = timedelta(seconds=settings.VITRINE_WORKER_LEASE)
    alive = WorkerBeat.objects.filter(beat_at__gt=Now() - lease).count()
    yield one("workers_alive", "Workers that gave a sign of life.", alive)
    yield from _periodic()


def _periodic() -> Iterator[Metric]:
    runs = PeriodicRun.objects.filter(name__in=periodic.names())
    spans = {run.name: timedelta(seconds=periodic.every(run.name)) for run in runs}
    ages = [((run.name,), _age(run.done_at or run.next_at - spans[run.name])) for run in runs]
    rows = [((name,), span.total_seconds()) for name, span in spans.items()]
    yield gauge("periodic_age_seconds", "Time since something periodic last ended well.", ages, "name")
    yield gauge("periodic_every_seconds", "How often it is to come round.", rows, "name")


def _under_way() -> Metric:
    found = {"direct": DirectUpload.objects.under_way().count(), "tus": TusUpload.objects.under_way().count()}
    told = [((way,), float(number)) for way, number in found.items()]
    return gauge("open_uploads", "Uploads under way in steps.", told, "way")


def _work() -> Iterator[Metric]:
    files = _File.objects.filter(lifecycle=_Ready, rendering=_File.Rendering.WAITING)
    lists = {
        ("renditions",): backlog(files, "uploaded_at"),
        ("tasks",): backlog(waiting_tasks(), "enqueued_at"),
    }
    rows = [(label, float(number)) for label, (number, _) in lists.items()]
    ages = [(label, age) for label, (_, age) in lists.items()]
    yield gauge("work_waiting", f"What waits for a worker, {COUNTED} at most.", rows, "list")
    yield gauge("work_oldest_seconds", "How long the oldest of it has waited.", ages, "list")


def _moderation() -> Iterator[Metric]:
    found = {rank: _waiting(rank) for rank in _File.QueueRank if rank != _File.QueueRank.OUT}
    rows = [((rank.name.lower(),), float(number)) for rank, (number, _) in found.items()]
    ages = [((rank.name.lower(),), age) for rank, (_, age) in found.items()]
    yield gauge("moderation_waiting", f"Files that wait for staff, {COUNTED} of each at most.", rows, "rank")
    yield gauge("moderation_oldest_seconds", "How long one of them has waited.", ages, "rank")


def _waiting(rank: UploadedFile.QueueRank) -> tuple[int, float]:
    files = _File.objects.filter(lifecycle=_Ready, queue_rank=rank).annotate(since=asked_at(rank))
    some = files.order_by("uploaded_at")[:COUNTED]  # as the queue's index has them
    found = some.aggregate(number=Count("pk"), oldest=Min("since"))
    return found["number"], _age(found["oldest"])


def _disks() -> Iterator[Metric]:
    folders = {"media": settings.VITRINE_MEDIA_ROOT, "spool": spool()}
    found = {name: shutil.disk_usage(folder) for name, folder in folders.items() if folder.is_dir()}
    free = [((name,), float(usage.free)) for name, usage in found.items()]
    size = [((name,), float(usage.total)) for name, usage in found.items()]
    yield gauge("disk_free_bytes", "Room on the disk of a folder.", free, "folder")
    yield gauge("disk_size_bytes", "Size of the disk of a folder.", size, "folder")


def _readiness() -> Metric:
    found = [((part.name,), float(part.ok)) for part in readiness.parts()]
    return gauge("ready", "Whether a part of this machine's site does its work.", found, "part")


def _build() -> tuple[str, str, str]:
    version = str(settings.SPECTACULAR_SETTINGS["VERSION"])
    return version, platform.python_version(), django.get_version()


def _age(moment: datetime | None) -> float:
    return 0.0 if moment is None else (timezone.now() - moment).total_seconds()


def _read() -> list[Metric]:
    readings = [_readings_of_ours, *_readings.values()]
    return [metric for reading in readings for metric in reading()]


_asked = AskedOnce(_read, good_for=lambda: settings.VITRINE_METRICS_STATE_TTL, patience=lambda: _PATIENCE)
