"""What comes round: public copies are brought in line with what is public.

First those of files that were noted as changed, then a part of all, for changes that nobody noted. What may be made
public waits until all that may not stay so is gone from the bucket, but not for a CDN that cannot be told.
"""

from __future__ import annotations

import logging
import time

from django.conf import settings

from uploads_app.services.publishing import changes
from uploads_app.services.publishing.publish import publish_missing, publish_those
from uploads_app.services.publishing.withdraw import mark_next, mark_those, remove_marked
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import has_public_copies

logger = logging.getLogger(__name__)


def sweep() -> None:
    """Withdraws, then publishes for half of the time until it comes round again. May break off anywhere."""
    if not has_public_copies():
        return
    try:
        for files in changes.noted():
            mark_those(files)
        untold = remove_marked()
        mark_next()
        remove_marked(but=untold)
        # From here: however long it took until now, some is published and some notes are done with.
        ends = time.monotonic() + settings.VITRINE_TIDY_EVERY / 2
        _follow_changes(ends)
        publish_missing(ends)
    except StorageAway as error:
        logger.warning("public copies are put off: %s", error)


def _follow_changes(ends: float) -> None:
    """Before a note goes its copies are looked at again: it may have come since all were."""
    while time.monotonic() < ends and (notes := changes.oldest()):
        files = changes.files_of(notes)
        mark_those(files)
        if not publish_those(files, ends):
            return
        changes.forget(notes)
