"""What the automatic checks mean for an upload: refused before it is stored, or withheld once it is ready."""

import logging
from pathlib import Path

from django.contrib.auth.base_user import AbstractBaseUser

from uploads_app.errors import BannedImage
from uploads_app.images.ingest import Ingested
from uploads_app.models import UploadedFile
from uploads_app.screening import Answer, Candidate, Verdict
from uploads_app.screening.chain import screen, screen_again
from uploads_app.services.moderation.bans import wait_for_bans
from uploads_app.services.moderation.similar import remember
from uploads_app.services.moderation.withhold import withhold

logger = logging.getLogger(__name__)


def candidate(owner: AbstractBaseUser, category: str, found: Ingested, clean: Path) -> Candidate:
    """What is known of a sanitised picture, for the checks."""
    return Candidate(
        path=clean,
        content_type=found.format.content_type,
        size=found.size,
        sha256=found.sha256,
        phash=found.phash,
        width=found.width,
        height=found.height,
        frames=found.frames,
        owner_id=owner.pk,
        category=category,
    )


def before_storing(picture: Candidate) -> Verdict:
    """Asks all checks, in no transaction. Raises BannedImage for what they refuse."""
    return _unless_refused(picture, screen(picture))


def when_ready(file: UploadedFile, picture: Candidate, earlier: Verdict) -> None:
    """In the transaction that makes the file ready: nothing that was banned meanwhile slips through.

    A file for review is withheld. Raises BannedImage.
    """
    wait_for_bans()
    remember(file)
    now = _unless_refused(picture, screen_again(picture))
    objection = now if now.answer is Answer.REVIEW else earlier
    if objection.answer is Answer.REVIEW:
        withhold(file, objection.withheld, note=objection.reason)


def _unless_refused(picture: Candidate, verdict: Verdict) -> Verdict:
    if verdict.answer is Answer.REFUSE:
        logger.info("a picture of %s was refused: %s", picture.owner_id, verdict.reason or "banned")
        raise BannedImage(verdict.reason)
    return verdict
