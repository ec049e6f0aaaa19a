"""Doors for the worker: each calls a service."""

from uploads_app.worker.task import KEPT, task
from users.services.password_reset import send_link


@task(backend=KEPT)
def send_reset_link(email: str, origin: str) -> None:
    """Mails the way to another password to whoever has this address here, if anybody."""
    send_link(email=email, origin=origin)
