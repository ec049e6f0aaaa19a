"""Doors for the worker: each takes an id and calls a service. What is gone or done is success."""

from uuid import UUID

from uploads_app.errors import Unavailable
from uploads_app.services.moderation import proof
from uploads_app.services.publishing import withdraw as publishing
from uploads_app.services.rendering.work import render_set
from uploads_app.worker.task import KEPT, task


@task()
def render(file_id: str) -> None:
    """Makes the renditions that a file waits for; those in other formats than the first once nobody waits."""
    render_set(UUID(file_id), give_way=True)


@task(backend=KEPT)
def prove(takedown_id: int) -> None:
    """Proves a takedown; one that cannot be proven yet raises, and is tried again a little later."""
    proof.prove(takedown_id)


@task()
def withdraw(file_id: str) -> None:
    """Removes public copies of a file that is not public any more; raises while storage or CDN is away."""
    if not publishing.withdraw(UUID(file_id)):
        raise Unavailable(f"The CDN was not told of the public copies of {file_id}.")
