"""Celery's application, told by our settings: what is lost with a process is told again, in JSON alone."""

from __future__ import annotations

import ssl
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from celery import Celery
from django.conf import settings

_QUEUE = "vitrine"
_PATIENCE = 5.0  # seconds that a worker waits for an answer of Redis


@lru_cache
def sender() -> Celery:
    """For processes that send tasks: none waits longer for Redis than for its other uses."""
    app = Celery("vitrine", set_as_current=False, fixups=[])
    app.conf.update(_common(settings.VITRINE_REDIS_TIMEOUT))
    app.conf.update(
        broker_pool_limit=settings.VITRINE_THREADS + 2,  # as many as may send at once
        broker_pool_acquire_timeout=settings.VITRINE_REDIS_TIMEOUT,
        task_publish_retry=False,
    )
    return app


def worker() -> Celery:
    """For `celery worker`: one task after another in each process, acknowledged when it has ended."""
    app = Celery("vitrine")
    app.conf.update(_common(_PATIENCE))
    app.conf.update(
        # No children of Celery's: a decoder is the only one, and an orderly stop is often sent to all of them.
        worker_pool="solo",
        worker_concurrency=1,
        worker_prefetch_multiplier=1,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_acks_on_failure=True,
        task_acks_on_timeout=True,
        # Redis may be away for as long as it likes, from the start on.
        broker_connection_retry=True,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
    )
    return app


def _common(patience: float) -> dict[str, Any]:
    """What who sends and who takes have to agree on."""
    url = settings.VITRINE_CELERY_BROKER
    return {
        "broker_url": _as_kombu_writes_it(url),
        "broker_use_ssl": {"ssl_cert_reqs": ssl.CERT_REQUIRED} if url.startswith("rediss:") else False,
        "broker_connection_timeout": patience,
        "broker_transport_options": _transport(patience),
        "task_default_queue": _QUEUE,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "result_backend": None,
        "task_create_missing_queues": False,
        "enable_utc": True,
    }


def _transport(patience: float) -> dict[str, Any]:
    visible = settings.VITRINE_CELERY_VISIBILITY
    return {
        "global_keyprefix": f"{settings.VITRINE_REDIS_PREFIX}:tasks:",
        "visibility_timeout": visible,
        # How often workers look for tasks whose worker is gone, in seconds; each time, not every tenth.
        "unacked_restore_interval": max(0.5, min(10.0, visible / 4)),
        "unacked_restore_throttle": 1,
        "socket_timeout": patience,
        "socket_connect_timeout": patience,
        "socket_keepalive": True,
        "health_check_interval": max(1, round(patience)),
        "retry_on_timeout": False,
        "max_retries": 0,
        "interval_start": 0,
    }


def _as_kombu_writes_it(url: str) -> str:
    """A socket's path is a scheme of its own there, and its database is a part of the query."""
    if not url.startswith("unix:"):
        return url
    parts = urlsplit(url)
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.netloc}{parts.path}?virtual_host={database}"
