"""Ending an account, with everything that was its person's."""

import logging

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from uploads_app.services.delete import mark_all_deleted, purge_quietly
from uploads_app.services.direct.incoming import incoming_of, remove_quietly
from uploads_app.storage.outside import after_commit
from users.models import User

logger = logging.getLogger(__name__)


def delete_account(user: User) -> None:
    """Deletes a person, what belongs to them, and all their files.

    When this returns nobody finds any of it; bytes go right after the commit, and what the storage cannot
    remove now, the reconciler does. Of files only tombstones without personal data stay.
    """
    pk = user.pk
    with transaction.atomic():
        # Uploads need this row to stay: those that run now end first, later ones find it gone.
        if not User.objects.select_for_update().filter(pk=pk).first():
            return
        files = mark_all_deleted(user)
        incoming = incoming_of(user)
        _forget_in_admin_log(pk)
        user.delete()
    after_commit(lambda: purge_quietly(*files))
    after_commit(lambda: remove_quietly(*incoming))
    logger.info("account %s deleted with %d files", pk, len(files))


def _forget_in_admin_log(pk: int) -> None:
    """The admin's history keeps the names of what it changed."""
    people = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=people, object_id=str(pk)).update(object_repr="a deleted account")
