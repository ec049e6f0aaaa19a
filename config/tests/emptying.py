"""Empties the database after a test that commits: what has rows is deleted from, and nothing is made anew.

Django truncates every table and then makes content types and permissions again, which takes most of the time of such
a test, and loses the groups that a migration made.
"""

from __future__ import annotations

from django.db import connection, transaction

# What migrations and their signals put there, and no test changes.
KEPT = frozenset(
    {
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "auth_group",
        "auth_group_permissions",
    }
)


def empty(*_: object) -> None:
    """In place of TransactionTestCase._fixture_teardown, whose arguments it takes."""
    tables = [name for name in connection.introspection.table_names() if name not in KEPT]
    quoted = [connection.ops.quote_name(name) for name in tables]
    found = " UNION ALL ".join(
        f"SELECT {place} WHERE EXISTS (SELECT 1 FROM {table})" for place, table in enumerate(quoted)
    )
    # Foreign keys are looked at when the transaction ends, so no order of deleting is a wrong one.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(found)
        for (place,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quoted[place]}")
