"""A stay in the admin ends, when nothing is asked for and in any case; with and without a second factor."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from uploads_app.tests.factories import FileFactory, store_bytes
from users.models import Session, User
from users.services.login import log_in
from users.tests.factories import PASSWORD
from users.tests.second_factor import with_both, with_password

IDLE, LONGEST = 600, 3600
IDLED, ENDED = "had not used the staff pages", "does not last longer"


class Clock:
    """Time that passes when told to."""

    def __init__(self) -> None:
        self._now = datetime.now(timezone.get_current_timezone())

    def __call__(self) -> datetime:
        return self._now

    def passes(self, seconds: int) -> None:
        self._now += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Clock:
    settings.VITRINE_STAFF_IDLE, settings.VITRINE_STAFF_SESSION = IDLE, LONGEST
    clock = Clock()
    monkeypatch.setattr("users.staff.clock.timezone.now", clock)
    return clock


@pytest.fixture(params=[False, True], ids=["password", "both factors"])
def client(request: pytest.FixtureRequest, settings: Any, staff: User, clock: Clock) -> Client:
    """Staff who have just logged in, without and with a second factor."""
    settings.VITRINE_ADMIN_2FA = request.param
    return with_both(staff) if request.param else with_password(staff)


def told(client: Client) -> str:
    """What the log-in page says to who is sent there."""
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain == [("/admin/login/?next=/admin/", 302)]
    return str(answer.text)


def test_who_asks_for_nothing_is_logged_out_and_told_why(client: Client, clock: Clock) -> None:
    clock.passes(IDLE - 1)
    assert client.get("/admin/").status_code == 200
    clock.passes(IDLE)
    assert IDLED in told(client)
    assert not Session.objects.exists()


def test_who_goes_on_asking_stays(client: Client, clock: Clock) -> None:
    for _ in range(5):
        clock.passes(IDLE - 1)
        assert client.get("/admin/").status_code == 200


def test_even_who_goes_on_asking_logs_in_anew_in_the_end(client: Client, clock: Clock) -> None:
    for _ in range(LONGEST // 400):
        assert client.get("/admin/").status_code == 200
        clock.passes(400)
    assert ENDED in told(client)


def test_a_form_that_comes_too_late_does_nothing(client: Client, clock: Clock, owner: User) -> None:
    clock.passes(IDLE)
    answer = client.post(f"/admin/users/user/{owner.pk}/delete/", {"post": "yes"})
    assert answer["Location"] == "/admin/login/?next=/admin/"
    assert User.objects.filter(pk=owner.pk).exists()


def test_requests_in_one_minute_write_once(client: Client, clock: Clock) -> None:
    def data() -> str:
        return Session.objects.values_list("session_data", flat=True).get()

    before = data()
    for _ in range(5):
        clock.passes(10)
        client.get("/admin/")
    assert data() == before
    clock.passes(10)
    client.get("/admin/")
    assert data() != before


def test_sight_by_the_second_factor_ends_with_the_stay(
    settings: Any, staff: User, owner: User, clock: Clock
) -> None:
    settings.VITRINE_ADMIN_2FA = True
    client, file = with_both(staff), FileFactory.create(owner=owner)
    store_bytes(file)
    paths = (f"/api/upload/{file.pk}", f"/api/upload/{file.pk}/metadata")
    assert [client.get(path).status_code for path in paths] == [200, 200]
    clock.passes(IDLE)
    assert [client.get(path).status_code for path in paths] == [404, 404]


def test_a_session_of_unknown_age_logs_in_anew(staff: User, client: Client) -> None:
    session = client.session
    del session["staff_since"]
    session.save()
    assert "Please log in again" in told(client)


def test_one_may_log_in_at_once(staff: User, clock: Clock) -> None:
    client = with_password(staff)
    clock.passes(IDLE)
    body = {"username": "staff", "password": PASSWORD}
    answer = client.post("/admin/login/?next=/admin/", body)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_a_login_on_the_pages_begins_the_stay_and_one_for_tokens_does_not(staff: User, clock: Clock) -> None:
    client = Client()
    client.post("/login", {"username": "staff", "password": PASSWORD})
    assert client.get("/admin/").status_code == 200
    visitor = Client()
    answer = visitor.post(
        "/api/auth/token", {"username": "staff", "password": PASSWORD}, content_type="application/json"
    )
    assert answer.status_code == 200
    assert not answer.cookies


def test_others_have_no_clock(owner: User, clock: Clock) -> None:
    client = with_password(owner)
    clock.passes(IDLE * 10)
    assert client.get("/account/").status_code == 200
    client.get("/admin/")
    assert client.get("/account/").status_code == 200
    assert log_in(owner)
