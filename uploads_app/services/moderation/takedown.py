"""Takedown: a file is hidden, its links end for good, and what its addresses answer then is kept as proof."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import F

from uploads_app.models import ModerationEvent, UploadedFile
from uploads_app.services.moderation.addresses import addresses_of
from uploads_app.services.moderation.decide import Seen, check_reason, held, reject_locked
from uploads_app.services.moderation.powers import Power
from uploads_app.services.moderation.standing import Action
from uploads_app.worker.task import enqueue


def take_down(*, file_id: UUID, by: AbstractUser, seen: Seen, reason: str, note: str = "") -> ModerationEvent:
    """Rejects a file, and ends every link to it that was ever given out, also if it is approved later.

    When it returns, no further request by others is answered with the file. A worker then has it taken out of
    the CDN and asks for each of its addresses (`proof.prove`). Raises what `reject` raises, but for a file
    that is rejected already: that is taken down as well.
    """
    check_reason(reason)
    with transaction.atomic():
        file = held(file_id, by, Power.HOLD, seen)
        asked = {"addresses": addresses_of(file)}
        event = reject_locked(file, by, Action.TAKEDOWN, reason, note, evidence=asked)
        UploadedFile.objects.filter(pk=file.pk).update(share_epoch=F("share_epoch") + 1)
        _ask_for_proof(event)
    return event


def evidence_document(event: ModerationEvent) -> dict[str, Any]:
    """What an EVIDENCE event proves, as one document of JSON for who asks: file, decision and answers."""
    takedown = ModerationEvent.objects.get(pk=event.evidence["takedown"])
    return {
        "file_id": str(event.file_id),
        "sha256": takedown.sha256,
        "recipe": takedown.recipe,
        "taken_down": {
            "at": takedown.created_at.isoformat(),
            "by": takedown.actor_name,
            "reason": takedown.reason,
            "note": takedown.note,
        },
        "asked_at": event.created_at.isoformat(),
        **{name: event.evidence[name] for name in ("verdict", "way", "purge", "answers")},
    }


def _ask_for_proof(event: ModerationEvent) -> None:
    """Within the transaction of the takedown: the queue is in the same database, so both are kept or none."""
    from uploads_app.tasks import prove  # a door to the services, which cannot import it at their start

    enqueue(prove, event.pk)
