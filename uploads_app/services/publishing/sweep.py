"""What comes round: public copies are brought in line with what is public."""

from __future__ import annotations

import logging

from django.conf import settings

from uploads_app.services.publishing.publish import publish_missing
from uploads_app.services.publishing.withdraw import forget_purged, withdraw_all
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import has_public_copies

logger = logging.getLogger(__name__)


def sweep() -> None:
    """Withdraws, then publishes for half of the time until it comes round again. May break off anywhere."""
    if not has_public_copies():
        return
    try:
        withdraw_all()
        publish_missing(settings.VITRINE_TIDY_EVERY / 2)
    except StorageAway as error:
        logger.warning("public copies are put off: %s", error)
    forget_purged()
