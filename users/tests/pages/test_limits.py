"""Forms of pages share their limits with the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from rest_framework.test import APIClient

from uploads_app.errors import Throttled
from uploads_app.pages.limits import throttled
from users.models import User


@pytest.fixture(autouse=True)
def twice_a_minute(settings: Any) -> None:
    settings.VITRINE_THROTTLE_SCALE = 1
    settings.VITRINE_THROTTLE_RATES = {**settings.VITRINE_THROTTLE_RATES, "write": "2/minute"}


@throttled()
def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("shown" if request.method == "GET" else "done")


def ask(method: str = "POST", *, user: Any = None, address: str = "192.0.2.1") -> str:
    request = RequestFactory().generic(method, "/", REMOTE_ADDR=address)
    request.user = user or AnonymousUser()
    answer = page(request)
    assert isinstance(answer, HttpResponse)
    return answer.text


@pytest.mark.django_db
def test_a_form_is_taken_so_often_and_then_refused() -> None:
    assert [ask(), ask()] == ["done", "done"]
    with pytest.raises(Throttled) as refused:
        ask()
    assert 1 <= refused.value.retry_after <= 60


@pytest.mark.django_db
def test_looking_counts_nothing() -> None:
    assert {ask("GET") for _ in range(5)} == {"shown"}
    assert ask() == "done"


@pytest.mark.django_db
def test_other_addresses_are_counted_apart() -> None:
    ask(), ask()
    assert ask(address="192.0.2.2") == "done"


def test_a_person_is_counted_wherever_they_are(owner: User, stranger: User) -> None:
    ask(user=owner, address="192.0.2.1")
    ask(user=owner, address="192.0.2.2")
    with pytest.raises(Throttled):
        ask(user=owner, address="192.0.2.3")
    assert ask(user=stranger, address="192.0.2.3") == "done"


def test_the_api_counts_into_the_same(owner: User, signed_in: Callable[[User], APIClient]) -> None:
    client = signed_in(owner)
    for name in ("One", "Two"):
        assert client.patch("/api/users/me", {"display_name": name}).status_code == 200
    with pytest.raises(Throttled):
        ask(user=owner)
