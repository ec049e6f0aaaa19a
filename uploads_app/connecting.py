"""Asking the database again after a fault that may have been its end."""

from django.db import connection


def renew_connection() -> None:
    """Lets what follows ask on a connection that works; not within a transaction, which lives in its own."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
