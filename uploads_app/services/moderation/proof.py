"""The proof of a takedown: the CDN is told, then every address is asked for, and the answers are kept."""

import json
import logging
from http.client import HTTPException
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from uploads_app.errors import Unavailable
from uploads_app.models import ModerationEvent, UploadedFile
from uploads_app.services.moderation.history import record
from uploads_app.services.moderation.standing import Action
from uploads_app.services.moderation.visits import Answer, post, visit, way
from uploads_app.visibility import is_showable

logger = logging.getLogger(__name__)

HIDDEN_STATUSES = (401, 404)  # a visitor is told 401 of what is not there, and of what is not theirs to see
HIDDEN, SHOWN, UNPROVEN, OVERTAKEN = "all hidden", "still shown", "not all answered", "shown again since"


def prove(takedown_id: int) -> None:
    """Tries once to prove a takedown, and keeps what came of it as an EVIDENCE event.

    May be called again at any time: what was proven is not proven again. Raises Unavailable while the CDN was
    not told, or something is still shown or does not answer, so that the worker comes again.
    """
    takedown = ModerationEvent.objects.select_related("file").get(pk=takedown_id)
    if _is_proven(takedown):
        return
    if is_showable(takedown.file):
        _keep(takedown, OVERTAKEN, None, [])
        return
    paths = takedown.evidence["addresses"]
    purge = _purge_cdn(paths)
    answers = visit(paths)
    verdict = _verdict(answers)
    _keep(takedown, verdict, purge, answers)
    if verdict != HIDDEN or not _took(purge):
        raise Unavailable(f"The takedown of {takedown.file_id} is not proven yet: {verdict}.")


def _is_proven(takedown: ModerationEvent) -> bool:
    later = ModerationEvent.objects.filter(file=takedown.file_id, pk__gt=takedown.pk, action=Action.EVIDENCE)
    return any(
        one["takedown"] == takedown.pk
        and (one["verdict"] == OVERTAKEN or (one["verdict"] == HIDDEN and _took(one["purge"])))
        for one in later.values_list("evidence", flat=True)
    )


def _verdict(answers: list[Answer]) -> str:
    """What is neither the picture nor a refusal of it, such as a 503, shows nothing and proves nothing."""
    if any(_shows(one) for one in answers):
        return SHOWN
    return HIDDEN if all(one.get("status") in HIDDEN_STATUSES for one in answers) else UNPROVEN


def _shows(answer: Answer) -> bool:
    status: int = answer.get("status", 0)
    return 200 <= status < 300


def _purge_cdn(paths: list[str]) -> dict[str, Any] | None:
    """Tells the CDN, where there is one: `{at, status}` or `{at, error}`."""
    if not settings.VITRINE_CDN_PURGE_URL:
        return None
    headers = {"Content-Type": "application/json"}
    if settings.VITRINE_CDN_PURGE_TOKEN:
        headers["Authorization"] = f"Bearer {settings.VITRINE_CDN_PURGE_TOKEN}"
    told: dict[str, Any] = {"at": timezone.now().isoformat()}
    try:
        status = post(settings.VITRINE_CDN_PURGE_URL, json.dumps({"paths": paths}).encode(), headers)
    except (OSError, HTTPException) as error:
        logger.warning("the CDN was not told: %s", error)
        return told | {"error": str(error) or type(error).__name__}
    return told | {"status": status}


def _took(purge: dict[str, Any] | None) -> bool:
    return purge is None or 200 <= purge.get("status", 0) < 300


def _keep(
    takedown: ModerationEvent, verdict: str, purge: dict[str, Any] | None, answers: list[Answer]
) -> None:
    """The file's row is locked as for every step of its history; it may have been deleted meanwhile."""
    evidence = {
        "takedown": takedown.pk,
        "verdict": verdict,
        "way": way(),
        "purge": purge,
        "answers": answers,
        "still_shown": [one["path"] for one in answers if _shows(one)],
    }
    with transaction.atomic():
        file = UploadedFile.objects.select_for_update().get(pk=takedown.file_id)
        record(file, Action.EVIDENCE, note=verdict, evidence=evidence)
