"""No storage is asked within a transaction: a slow one would hold locks and a connection for as long."""

from django.db import transaction


def outside_transactions() -> None:
    """Raises RuntimeError within a transaction; those that a test case opens around itself do not count."""
    blocks = transaction.get_connection().atomic_blocks
    if any(not getattr(block, "_from_testcase", False) for block in blocks):
        raise RuntimeError("the storage was asked within a transaction")
