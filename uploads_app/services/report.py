"""Telling staff that something is wrong with a picture."""

from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction

from uploads_app.errors import Invalid, NotAuthenticated
from uploads_app.models import Report
from uploads_app.services.access import visible_file


def report(*, person: AbstractBaseUser, file_id: UUID, reason: Report.Reason, detail: str = "") -> None:
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
            Report.objects.get_or_create(file=file, reporter_id=person.pk, defaults=said)
    except IntegrityError as error:
        raise NotAuthenticated("This account is no longer there.") from error
