"""How processes talk to PostgreSQL: connections from a pool, and a time limit on everything."""

from typing import Any

from config.settings.vitrine import (
    VITRINE_DB_CONNECT_TIMEOUT,
    VITRINE_DB_IDLE_TIMEOUT,
    VITRINE_DB_LOCK_TIMEOUT,
    VITRINE_DB_POOL,
    VITRINE_DB_POOL_LIFETIME,
    VITRINE_DB_POOL_WAIT,
    VITRINE_DB_STATEMENT_TIMEOUT,
)

_TIMEOUTS = {
    "statement_timeout": VITRINE_DB_STATEMENT_TIMEOUT,
    "lock_timeout": VITRINE_DB_LOCK_TIMEOUT,
    "idle_in_transaction_session_timeout": VITRINE_DB_IDLE_TIMEOUT,
}


def postgres(options: dict[str, Any]) -> dict[str, Any]:
    """What Django's settings of a database on PostgreSQL are beside its address, with `options` of that."""
    limits = [f"-c {name}={round(seconds * 1000)}" for name, seconds in _TIMEOUTS.items() if seconds]
    options = options | {"connect_timeout": VITRINE_DB_CONNECT_TIMEOUT}
    if limits:
        options["options"] = " ".join([*options.get("options", "").split(), *limits])
    if not VITRINE_DB_POOL:
        return {"OPTIONS": options, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}  # seconds
    # The pool keeps them, and config.postgresql sees that they are alive.
    return {
        "ENGINE": "config.postgresql",
        "OPTIONS": options | {"pool": _pool()},
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
    }


def _pool() -> dict[str, Any]:
    return {
        "min_size": 0,  # a process opens what it needs, and closes what it no longer does
        "max_size": VITRINE_DB_POOL,
        "timeout": VITRINE_DB_POOL_WAIT,
        "max_lifetime": VITRINE_DB_POOL_LIFETIME,
        # Soon given up, since each request that comes has it tried anew. psycopg's own pauses grow to minutes
        # and would keep a process away from a server that is back.
        "reconnect_timeout": min(1.0, VITRINE_DB_POOL_WAIT),
    }
