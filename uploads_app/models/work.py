"""Who works, and when what comes round was last seen to: in the database, for workers on all machines."""

from django.db import models


class WorkerBeat(models.Model):
    """A worker that is alive: it writes here every few seconds, by the database's clock."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    beat_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.worker_id


class PeriodicRun(models.Model):
    """The next time of something periodic. Moving it on in one UPDATE is what lets only one worker do it.

    `done_at` is when it last ended well, or when it was first known; none for what was known before that was noted.
    """

    name = models.CharField(max_length=64, primary_key=True)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
