"""Unforeseen errors go to Sentry, where VITRINE_SENTRY_DSN is set; nothing else imports this module.

Of an event only what is named here leaves, without what `discretion` hides: no request but its pattern, no
variables, no bodies, no breadcrumbs (which hold statements and signed addresses).
"""

from __future__ import annotations

from typing import Any, cast

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.types import Event, Hint

from config.observing.discretion import discreet
from uploads_app.observing.carried import request_id

_PASSED_ON = (
    "event_id",
    "timestamp",
    "level",
    "logger",
    "platform",
    "exception",
    "release",
    "sdk",
    "message",
)
_UNKNOWN = "none"


def start() -> None:
    """From now on what is logged as an error, and what nobody caught, is sent."""
    sentry_sdk.init(
        dsn=settings.VITRINE_SENTRY_DSN,
        release=str(settings.SPECTACULAR_SETTINGS["VERSION"]),
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="",
        before_send=_discreet,
        before_send_transaction=_nothing,
        default_integrations=False,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        shutdown_timeout=2,
        integrations=[
            DjangoIntegration(transaction_style="url", middleware_spans=False, signals_spans=False),
            LoggingIntegration(level=None),
            DedupeIntegration(),
            ExcepthookIntegration(),
        ],
    )


def _discreet(event: Event, _hint: Hint) -> Event:
    found = cast(dict[str, Any], event)
    kept = {name: found[name] for name in _PASSED_ON if name in found}
    entry = found.get("logentry") or {}
    if entry:
        kept["logentry"] = {"formatted": entry.get("formatted") or entry.get("message") or ""}
    is_route = (found.get("transaction_info") or {}).get("source") == "route"
    kept["transaction"] = found.get("transaction", _UNKNOWN) if is_route else _UNKNOWN
    kept["tags"] = {"request": request_id() or _UNKNOWN}
    return cast(Event, _without_secrets(kept))


def _nothing(_event: Event, _hint: Hint) -> None:
    """Traces are OpenTelemetry's."""


def _without_secrets(found: Any) -> Any:
    match found:
        case str():
            return discreet(found)
        case dict():
            return {name: _without_secrets(value) for name, value in found.items()}
        case list() | tuple():
            return [_without_secrets(value) for value in found]
    return found
