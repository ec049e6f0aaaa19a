"""Asking the database again after a fault that may have been its end."""

from django.db import connection


def renew_connection() -> None:
    """Lets what follows ask on a connection that works. Within a transaction, which lives in its own, nothing."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
