"""Deleting several files at once: each for itself, so that one that cannot go keeps no other back."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import DatabaseError

from uploads_app.errors import NotFound
from uploads_app.models import UploadedFile
from uploads_app.services.delete import delete_file

logger = logging.getLogger(__name__)

AT_ONCE = 100


@dataclass(slots=True)
class Outcome:
    """Which files are gone, which could not be deleted now, how many ids were no file of theirs."""

    deleted: list[UploadedFile] = field(default_factory=list)
    failed: list[UploadedFile] = field(default_factory=list)
    absent: int = 0


def delete_many(*, owner: AbstractBaseUser, file_ids: Sequence[UUID]) -> Outcome:
    """Deletes those of these files (the first AT_ONCE) that are ready and the owner's, by `delete_file`."""
    wanted = set(file_ids[:AT_ONCE])
    ready = UploadedFile.objects.filter(pk__in=wanted, owner=owner.pk, lifecycle=UploadedFile.Lifecycle.READY)
    outcome = Outcome()
    for file in ready.order_by("pk"):
        _delete(file, outcome)
    outcome.absent = len(wanted) - len(outcome.deleted) - len(outcome.failed)
    return outcome


def _delete(file: UploadedFile, outcome: Outcome) -> None:
    try:
        delete_file(file)
    except NotFound:
        return  # somebody else was quicker
    except DatabaseError as error:
        logger.warning("%s was not deleted: %s", file.pk, error)
        outcome.failed.append(file)
    else:
        outcome.deleted.append(file)
