"""No storage is asked within a transaction: a slow one would hold locks and a connection for as long."""

from collections.abc import Callable

from django.db import transaction


def within_transaction() -> bool:
    """Whether one is open; those that a test case opens around itself do not count."""
    blocks = transaction.get_connection().atomic_blocks
    return any(not getattr(block, "_from_testcase", False) for block in blocks)


def outside_transactions() -> None:
    """Raises RuntimeError within a transaction."""
    if within_transaction():
        raise RuntimeError("the storage was asked within a transaction")


def after_commit(call: Callable[[], object]) -> None:
    """Calls it at once, or right after a transaction that somebody has open around us (the admin has)."""
    if within_transaction():
        transaction.on_commit(call)
    else:
        call()
