"""What is to be seen of a running site: metrics, logs, traces, readiness. Read from the environment."""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import validate

from config.settings.vitrine import env

_http = validate.Regexp(r"https?://[^/\s].*\Z|\Z")

# --- Metrics ----------------------------------------------------------------------------------------
# Folder in which all processes of this machine count together, on a disk of its own kind (tmpfs) or any. Empty:
# each process counts for itself, which is of use for one alone. A path.
VITRINE_METRICS_DIR: str = env.str("VITRINE_METRICS_DIR", default="")
# The bearer token for which /metrics answers; a secret. Empty: nobody gets an answer there.
VITRINE_METRICS_TOKEN: str = env.str("VITRINE_METRICS_TOKEN", default="")
# How long what is read from the database for /metrics is good, in seconds.
VITRINE_METRICS_STATE_TTL: float = env.float("VITRINE_METRICS_STATE_TTL", default=5.0)

if VITRINE_METRICS_TOKEN:
    if len(VITRINE_METRICS_TOKEN) < 16:
        raise ImproperlyConfigured("VITRINE_METRICS_TOKEN needs 16 characters or more.")
    if not VITRINE_METRICS_DIR:
        raise ImproperlyConfigured(
            "VITRINE_METRICS_TOKEN needs VITRINE_METRICS_DIR: one process is not the site."
        )
# The client library decides by this, when it is first imported, whether processes count together.
os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
if VITRINE_METRICS_DIR:
    _folder = Path(VITRINE_METRICS_DIR)
    _folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A command of root's, as collectstatic, counts for itself: the site could not even open what it leaves there.
    if os.geteuid() != 0 or _folder.stat().st_uid == 0:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = VITRINE_METRICS_DIR

# --- Readiness --------------------------------------------------------------------------------------
# How long each part of the site may take to answer /readyz, in seconds.
VITRINE_READY_PATIENCE: float = env.float("VITRINE_READY_PATIENCE", default=2.0)
# How long an answer is good for all who ask, in seconds.
VITRINE_READY_TTL: float = env.float("VITRINE_READY_TTL", default=1.0)
# A file whose presence makes /readyz say 503, so that balancers send nothing new before a stop. A path, or empty.
VITRINE_DRAIN_FILE: str = env.str("VITRINE_DRAIN_FILE", default="")

# --- Logs -------------------------------------------------------------------------------------------
# How log lines are written: json, one object a line, or line, for people. Production writes json.
VITRINE_LOG: str = env.str(
    "VITRINE_LOG",
    default="json" if "production" in os.environ.get("DJANGO_SETTINGS_MODULE", "") else "line",
    validate=validate.OneOf(["json", "line"]),
)
# Whether a line is written for every request; nginx writes one of its own.
VITRINE_LOG_REQUESTS: bool = env.bool("VITRINE_LOG_REQUESTS", default=VITRINE_LOG == "json")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"discreet": {"()": "config.observing.discretion.Discreet"}},
    "formatters": {
        "line": {"()": "config.observing.logs.Line"},
        "json": {"()": "config.observing.logs.JsonLine"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": VITRINE_LOG, "filters": ["discreet"]}
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Django's own have handlers that would write tracebacks past ours.
        "django": {"level": "INFO", "handlers": [], "propagate": True},
        "django.server": {"level": "INFO", "handlers": [], "propagate": True},
        # What was refused is told by the line of its request.
        "django.request": {"level": "ERROR"},
        "vitrine.requests": {"level": "INFO" if VITRINE_LOG_REQUESTS else "WARNING"},
    },
}

# --- Others that are told ---------------------------------------------------------------------------
# Where spans go, by OTLP over HTTP: a collector's URL without /v1/traces. Empty: none are made.
VITRINE_OTEL_ENDPOINT: str = env.str("VITRINE_OTEL_ENDPOINT", default="", validate=_http)
# The share of requests that are traced, 0 to 1.
VITRINE_OTEL_SHARE: float = env.float("VITRINE_OTEL_SHARE", default=0.05, validate=validate.Range(0, 1))
# Where unforeseen errors go: a Sentry DSN; a secret. Empty: nowhere but the log.
VITRINE_SENTRY_DSN: str = env.str("VITRINE_SENTRY_DSN", default="", validate=_http)

# What starts them, in each process. Dotted paths: neither is even imported where it is not wanted.
VITRINE_WATCHERS: list[str] = []
if VITRINE_OTEL_ENDPOINT:
    VITRINE_WATCHERS.append("config.observing.traces.start")
if VITRINE_SENTRY_DSN:
    VITRINE_WATCHERS.append("config.observing.unforeseen.start")
