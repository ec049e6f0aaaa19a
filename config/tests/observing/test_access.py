"""Who gets what of /readyz and /metrics: one table."""

from typing import Any

import pytest
from django.test import Client

from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "scrape-" + "m" * 32
ON_THIS_MACHINE = {"REMOTE_ADDR": "127.0.0.1"}
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}

# Who asks: where from, and with which headers.
ASKERS: dict[str, dict[str, Any]] = {
    "visitor": ELSEWHERE,
    "stranger": ELSEWHERE,
    "owner": ELSEWHERE,
    "staff": ELSEWHERE,
    "machine": ON_THIS_MACHINE,
    "socket": {"REMOTE_ADDR": ""},
    "nginx at the socket": {"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "192.0.2.7"},
    "behind a proxy here": ON_THIS_MACHINE | {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
    "behind a proxy that says otherwise": ON_THIS_MACHINE | {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    "wrong token": ON_THIS_MACHINE | {"HTTP_AUTHORIZATION": f"Bearer {TOKEN[:-1]}"},
    "token alone": ON_THIS_MACHINE | {"HTTP_AUTHORIZATION": TOKEN},
    "token in another alphabet": ON_THIS_MACHINE | {"HTTP_AUTHORIZATION": "Bearer \xe9" + TOKEN},
    "token": ELSEWHERE | {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"},
}
SEES_METRICS = {"token"}
SEES_PARTS = {"token", "machine", "socket", "wrong token", "token alone", "token in another alphabet"}


def ask(asker: str, path: str) -> Any:
    client = Client()
    if asker in ("stranger", "owner", "staff"):
        user = User.objects.create_user(username=asker, is_staff=asker == "staff")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(path, **ASKERS[asker])


@pytest.mark.parametrize("asker", ASKERS)
def test_metrics_are_for_who_shows_the_token(asker: str, settings: Any) -> None:
    settings.VITRINE_METRICS_TOKEN = TOKEN
    answer = ask(asker, "/metrics")
    assert answer.status_code == (200 if asker in SEES_METRICS else 404)
    assert (b"vitrine_" in answer.content) is (asker in SEES_METRICS)
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("asker", ASKERS)
def test_without_a_token_set_there_are_no_metrics_for_anybody(asker: str, settings: Any) -> None:
    settings.VITRINE_METRICS_TOKEN = ""
    assert ask(asker, "/metrics").status_code == 404
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("asker", ASKERS)
def test_strangers_learn_whether_it_is_ready_and_no_more(asker: str, settings: Any) -> None:
    settings.VITRINE_METRICS_TOKEN = TOKEN
    answer = ask(asker, "/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert set(answer.json()) == ({"ready", "draining", "parts"} if asker in SEES_PARTS else {"ready"})


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_they_are_only_read(path: str, method: str, settings: Any) -> None:
    settings.VITRINE_METRICS_TOKEN = TOKEN
    assert getattr(Client(), method)(path, **ASKERS["token"]).status_code == 405


@pytest.mark.parametrize("path", ["/metrics/", "/readyz/", "/Metrics", "/metrics/x"])
def test_there_is_one_address_of_each(path: str, settings: Any) -> None:
    settings.VITRINE_METRICS_TOKEN = TOKEN
    assert Client().get(path, **ASKERS["token"]).status_code == 404


def test_a_machine_asks_by_whatever_name_and_without_tls(settings: Any) -> None:
    settings.VITRINE_METRICS_TOKEN = TOKEN
    settings.SECURE_SSL_REDIRECT = True
    for path in ("/metrics", "/readyz"):
        assert Client().get(path, HTTP_HOST="10.1.2.3:8000", **ASKERS["token"]).status_code == 200
