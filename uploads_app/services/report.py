"""Telling staff that something is wrong with a picture."""

from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction

from uploads_app.errors import Invalid, NotAuthenticated
from uploads_app.models import Reason, Report, UploadedFile
from uploads_app.services.access import visible_file
from uploads_app.services.moderation.history import lock
from uploads_app.services.moderation.standing import standing_of
from uploads_app.services.moderation.withhold import withhold


def report(*, person: AbstractBaseUser, file_id: UUID, reason: Reason, detail: str = "") -> None:
    """Keeps a person's report of a file that they may see; `detail` is at most 1000 characters.

    Once per person: a second one changes nothing, and is no error, so that whoever is not sure that the
    first came through may send it again. Raises Invalid for one's own file, and what `visible_file` raises.
    """
    file = visible_file(person, file_id)
    if file.owner_id == person.pk:
        raise Invalid.field("file_id", "This file is your own. You can delete it.")
    said = {"reason": reason, "detail": detail}
    try:
        with transaction.atomic():
            # Locked before the row that points to it is written: the other way round two people at once
            # would wait for each other.
            held = lock(file_id)
            _said, new = Report.objects.get_or_create(file=file, reporter_id=person.pk, defaults=said)
            if new and held is not None:
                _count(held)
    except IntegrityError as error:
        raise NotAuthenticated("This account is no longer there.") from error


def _count(file: UploadedFile) -> None:
    """One more person; enough of them hide the file until staff have looked, and never delete it.

    One that is rejected is hidden already, and one that is withheld is not withheld again.
    """
    if file.moderation == UploadedFile.Moderation.REJECTED:
        return
    now = replace(standing_of(file), reports_open=file.reports_open + 1)
    UploadedFile.objects.filter(pk=file.pk).update(**now.columns())
    file.reports_open = now.reports_open
    enough = settings.VITRINE_REPORTS_TO_HIDE
    if enough and now.reports_open >= enough and not file.withheld:
        withhold(file, UploadedFile.Withheld.REPORTS, note=f"{now.reports_open} people reported it.")
