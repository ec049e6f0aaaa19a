"""What the tests of query plans ask of the planner."""

from django.db import connection


def settle_planner() -> None:
    """Fresh statistics, and, on PostgreSQL, a planner that sorts or scans only where no index serves.

    On tables of a test's size it may rightly read everything and sort. What the tests claim is that an
    index can serve: without one, the plan sorts all the same. Lasts until the test's transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
