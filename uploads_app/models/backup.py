"""Backups as the database itself remembers them: one that was restored knows from when it is."""

from django.db import models


class Backup(models.Model):
    """A backup: from `began_at` on, before the database is dumped, no bytes of deleted files are removed.

    The dump holds this row as it was then, not ended. So a database in which it never ends was restored, or
    lost the backup that it was making.
    """

    began_at = models.DateTimeField()
    held_until = models.DateTimeField()  # bytes are removed again from then on, ended or not
    ended_at = models.DateTimeField(null=True, blank=True)
    # When a database that came from this backup was checked against its storages.
    restored_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"of {self.began_at:%Y-%m-%d %H:%M}"
