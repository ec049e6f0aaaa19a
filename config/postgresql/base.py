"""Django's PostgreSQL, but for what happens when the pool gives out a connection that is dead."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import Connection, Error


class DatabaseWrapper(base.DatabaseWrapper):
    """Where one connection is dead, the server was started anew: all that lie in the pool are replaced.

    psycopg's pool by itself finds them out one by one, and pauses ever longer in between: requests would be
    asked to come back although the server is there.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """One that has just answered. Raises psycopg's OperationalError when there is none in time."""
        connection = super().get_new_connection(conn_params)
        pool = self.pool
        if pool is None or _answers(connection):
            return connection
        pool.putconn(connection)
        pool.drain()
        return super().get_new_connection(conn_params)


def _answers(connection: Connection[Any]) -> bool:
    try:
        connection.execute("")
    except Error:
        return False
    return True
