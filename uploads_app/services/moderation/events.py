"""One step of a file's history as a document, for whoever has to show it elsewhere."""

from typing import Any

from uploads_app.models import ModerationEvent


def event_document(event: ModerationEvent) -> dict[str, Any]:
    """All that was written down of a step, as JSON takes it; times in UTC."""
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
