"""The metrics: what is counted and timed, each with the few values that its labels may have.

Nothing that people choose (a path, a name, a word of theirs) is ever a label: each would be a series for ever.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram, values

from uploads_app.observing import shared_files

REGISTRY = CollectorRegistry()

if shared_files.folder() is not None:
    # The library names files by process id, which the system gives again: a dead one's would be mistaken for it.
    values.ValueClass = values.MultiProcessValue(shared_files.identity)

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0)  # seconds
_SLOW = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)


def _counter(name: str, told: str, *labels: str) -> Counter:
    return Counter(f"vitrine_{name}", told, labels, registry=REGISTRY)


def _histogram(name: str, told: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    return Histogram(f"vitrine_{name}", told, labels, registry=REGISTRY, buckets=buckets)


uploads = _counter("uploads", "Uploads, by the way they came and what became of them.", "way", "outcome")
received_bytes = _counter("received_bytes", "Bytes of pictures that arrived.", "way")
stored_bytes = _counter("stored_bytes", "Bytes that were stored, as originals or renditions.", "kind")

decode_seconds = _histogram("decode_seconds", "Time to check and clean a picture, in its decoder.", _SLOW)
render_seconds = _histogram("render_seconds", "Time to render a picture's sizes at once.", _SLOW, "format")
decoder_failures = _counter("decoder_failures", "Decoders that did not do their work.", "work", "reason")
renditions = _counter(
    "renditions", "Renditions, by what became of making them.", "preset", "format", "outcome"
)

storage_calls = _counter("storage_calls", "Calls of a storage.", "storage", "method", "outcome")
storage_seconds = _histogram("storage_seconds", "Time of a call of a storage.", _QUICK, "storage", "method")

requests = _counter("requests", "Requests, by the address's pattern.", "route", "method", "status")
request_seconds = _histogram("request_seconds", "Time until an answer begins.", _QUICK, "route")

logins = _counter("logins", "Passwords that were tried.", "outcome")
redis_failures = _counter("redis_failures", "Calls of Redis that failed; while it rests, none are made.")
redis_lost = _counter("redis_lost", "Times that Redis was lost: it answered before, and then did not.")
tasks = _counter("tasks_run", "Tasks that a worker ran.", "task", "outcome")
tasks_unsent = _counter(
    "tasks_unsent", "Tasks that Redis did not take, and whether a row keeps them.", "kept"
)
