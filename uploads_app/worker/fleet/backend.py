"""The engine behind `task` that hands tasks to Celery."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from uploads_app.worker.fleet.send import send
from uploads_app.worker.task import (
    KEPT,
    BaseTaskBackend,
    Task,
    TaskResult,
    TaskResultStatus,
    task_enqueued,
)

AnyTask = Task[Any, Any]


class CeleryBackend(BaseTaskBackend):
    """Sends once the transaction under way has committed. What is to run later is a row until then.

    Never raises for Redis' sake, nor waits long for it. No results: a task's effect is its result.
    """

    supports_async_task = True
    supports_defer = True

    def enqueue(self, task: AnyTask, args: Any, kwargs: Any) -> Any:
        """Raises InvalidTaskError for what this engine cannot do, TypeError for what JSON cannot say."""
        self.validate_task(task)
        if task.run_after is not None:
            return task.using(backend=KEPT).enqueue(*args, **kwargs)
        result = self._result(task, args, kwargs)
        transaction.on_commit(partial(send, task, result.id, result.args, result.kwargs))
        task_enqueued.send(type(self), task_result=result)
        return result

    def _result(self, task: AnyTask, args: Any, kwargs: Any) -> Any:
        return TaskResult(
            task=task,
            id=str(uuid.uuid4()),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=list(args),
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
