"""One step of a file's history as a document, for whoever has to show it elsewhere."""

from typing import Any

from uploads_app.models import ModerationEvent
from uploads_app.services.moderation.takedown import evidence_document


def event_document(event: ModerationEvent) -> dict[str, Any]:
    """All that was written down of a step, as JSON takes it; times in UTC.

    Proof of a takedown comes with the takedown that it is of, so that the document stands by itself.
    """
    document = _written(event)
    if event.action == ModerationEvent.Action.EVIDENCE:
        document["evidence"] = evidence_document(event)
    return document


def _written(event: ModerationEvent) -> dict[str, Any]:
    return {
        "event": event.pk,
        "file": str(event.file_id),
        "sha256": event.sha256,
        "action": event.action,
        "by": event.actor_name or None,
        "at": event.created_at.isoformat(),
        "from": {"state": event.from_state, "withheld": event.from_withheld},
        "to": {"state": event.to_state, "withheld": event.to_withheld},
        "serial": event.serial,
        "reason": event.reason or None,
        "note": event.note,
        "recipe": event.recipe,
        "evidence": event.evidence,
    }
