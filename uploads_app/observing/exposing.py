"""All metrics as text, in the format that Prometheus reads."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from uploads_app.observing import shared_files
from uploads_app.observing.metrics import REGISTRY
from uploads_app.observing.state import State

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposed() -> bytes:
    """What all processes of this machine have counted, and the state that all machines share."""
    registry = CollectorRegistry()
    registry.register(_Counted())
    registry.register(State())
    return generate_latest(registry)


class _Counted:
    """The counts of all processes, the ended ones too; of this one alone where they do not count together."""

    def collect(self) -> list[Metric]:
        place = shared_files.folder()
        if place is None:
            return list(REGISTRY.collect())
        with shared_files.tidied(place) as files:
            return list(MultiProcessCollector.merge(files))

    def describe(self) -> list[Metric]:
        return []
