"""Telling a CDN what to forget."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from http.client import HTTPException
from typing import Any

from django.conf import settings
from django.utils import timezone

from uploads_app.services.http import post

logger = logging.getLogger(__name__)

Told = dict[str, Any]


def tell(addresses: Sequence[str]) -> Told | None:
    """Tells it, where there is one, of paths of the site and whole addresses of public copies.

    Gives `{at, status}` or `{at, error}`, and None where there is no CDN.
    """
    if not settings.VITRINE_CDN_PURGE_URL:
        return None
    headers = {"Content-Type": "application/json"}
    if settings.VITRINE_CDN_PURGE_TOKEN:
        headers["Authorization"] = f"Bearer {settings.VITRINE_CDN_PURGE_TOKEN}"
    told: Told = {"at": timezone.now().isoformat()}
    try:
        body = json.dumps({"paths": list(addresses)}).encode()
        return told | {"status": post(settings.VITRINE_CDN_PURGE_URL, body, headers)}
    except (OSError, HTTPException) as error:
        logger.warning("the CDN was not told: %s", error)
        return told | {"error": str(error) or type(error).__name__}


def took(told: Told | None) -> bool:
    """Whether it knows; also where there is none."""
    return told is None or 200 <= told.get("status", 0) < 300
