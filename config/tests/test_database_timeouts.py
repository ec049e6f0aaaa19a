"""Nothing that PostgreSQL is asked for takes for ever: the settings are in force, and past them it is 503."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from config.tests.live import LiveServer, installation
from config.tests.services import need_postgres

pytestmark = [pytest.mark.service, pytest.mark.postgres]

SETTINGS = {
    "VITRINE_DB_STATEMENT_TIMEOUT": "7.5",
    "VITRINE_DB_LOCK_TIMEOUT": "0.4",
    "VITRINE_DB_IDLE_TIMEOUT": "1",
}
_SHOWN = """
from django.db import connection
with connection.cursor() as cursor:
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        cursor.execute(f"show {name}")
        print(cursor.fetchone()[0])
"""
_IDLE = """
import time
from django.db import Error, connection, transaction
from config.errors import describe
from users.models import User
try:
    with transaction.atomic():
        User.objects.count()
        time.sleep(1.5)
        User.objects.count()
except Error as error:
    print(describe(error)[0]["status"])
print("works" if User.objects.count() < 2 else "")
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    home = tmp_path_factory.mktemp("timeouts")
    with installation(home, database=need_postgres(), **SETTINGS) as made:
        yield made


@pytest.mark.parametrize("pool", ["0", "3"])
def test_each_session_has_the_limits_of_the_settings(
    server: LiveServer, pool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(server.settings, "VITRINE_DB_POOL", pool)
    assert server.manage("shell", "-v", "0", "-c", _SHOWN).split() == ["7500ms", "400ms", "1s"]


@pytest.mark.parametrize("pool", ["0", "3"])
def test_a_transaction_that_stood_idle_too_long_is_ended_and_the_next_one_works(
    server: LiveServer, pool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(server.settings, "VITRINE_DB_POOL", pool)
    assert server.manage("shell", "-v", "0", "-c", _IDLE).split() == ["503", "works"]


def test_who_waits_too_long_for_a_lock_is_asked_to_come_back(server: LiveServer) -> None:
    server.start()
    client = server.sign_up("somebody")
    with closing(psycopg.connect(server.database_url)) as holder:
        holder.execute("lock table users_login in access exclusive mode")
        answer = client.get("/api/upload/usage")
    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"
    assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/api/upload/usage").status_code == 200
