"""The proof of a takedown: the CDN is told, then every address is asked for, and the answers are kept."""

from typing import Any

from django.db import transaction

from uploads_app.errors import Unavailable
from uploads_app.models import ModerationEvent, UploadedFile
from uploads_app.services.cdn import tell, took
from uploads_app.services.moderation.history import record
from uploads_app.services.moderation.standing import Action
from uploads_app.services.moderation.visits import Answer, visit, way
from uploads_app.services.publishing.addresses import is_public_address
from uploads_app.services.publishing.withdraw import withdraw
from uploads_app.storage.errors import StorageAway
from uploads_app.visibility import is_showable

HIDDEN_STATUSES = (401, 404)  # a visitor is told 401 of what is not there, and of what is not theirs to see
# Of a public copy that is not there, by a storage that lets nobody know what else is, and by a CDN.
REMOVED_STATUSES = (403, 404, 410)
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
    _withdraw(takedown.file)
    paths = takedown.evidence["addresses"]
    purge = tell(paths)
    answers = visit(paths)
    verdict = _verdict(answers)
    _keep(takedown, verdict, purge, answers)
    if verdict != HIDDEN or not took(purge):
        raise Unavailable(f"The takedown of {takedown.file_id} is not proven yet: {verdict}.")


def _is_proven(takedown: ModerationEvent) -> bool:
    later = ModerationEvent.objects.filter(file=takedown.file_id, pk__gt=takedown.pk, action=Action.EVIDENCE)
    return any(
        one["takedown"] == takedown.pk
        and (one["verdict"] == OVERTAKEN or (one["verdict"] == HIDDEN and took(one["purge"])))
        for one in later.values_list("evidence", flat=True)
    )


def _verdict(answers: list[Answer]) -> str:
    """What is neither the picture nor a refusal of it, such as a 503, shows nothing and proves nothing."""
    if any(_shows(one) for one in answers):
        return SHOWN
    return HIDDEN if all(map(_is_hidden, answers)) else UNPROVEN


def _is_hidden(answer: Answer) -> bool:
    return answer.get("status") in (
        REMOVED_STATUSES if is_public_address(answer["path"]) else HIDDEN_STATUSES
    )


def _shows(answer: Answer) -> bool:
    status: int = answer.get("status", 0)
    return 200 <= status < 300


def _withdraw(file: UploadedFile) -> None:
    """Its public copies go first, or else they would be what is still shown."""
    try:
        told = withdraw(file.pk)
    except StorageAway as error:
        raise Unavailable(f"The public copies of {file.pk} are not removed yet.") from error
    if not told:
        raise Unavailable(f"The CDN was not told of the public copies of {file.pk}.")


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
