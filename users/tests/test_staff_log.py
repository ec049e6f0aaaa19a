"""What staff do is in the log, and nothing that they type."""

import logging
from typing import Any

import pytest
from django.test import Client

from users.models import User
from users.tests.factories import PASSWORD, UserFactory
from users.tests.second_factor import code_of, enrolled, send_code, with_both, with_password, wrong_code

ADDRESS = "10.1.2.3"


@pytest.fixture
def chief(db: None) -> User:
    return UserFactory.create(username="chief", is_staff=True, is_superuser=True)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    """The log's lines so far, those of requests."""
    caplog.set_level(logging.INFO, logger="vitrine.staff")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "vitrine.staff"]


def log_in(username: str, password: str) -> Client:
    client = Client(REMOTE_ADDR=ADDRESS)
    client.post("/admin/login/?next=/admin/", {"username": username, "password": password})
    return client


def test_logins_and_refused_ones_are_logged(chief: User, lines: Any) -> None:
    log_in("chief", PASSWORD)
    log_in("CHIEF", "mistaken")
    log_in("my own password", "x")
    assert lines() == [
        f"login by chief from {ADDRESS}: POST /admin/login/ 302",
        f"login refused by chief from {ADDRESS}: POST /admin/login/ 200",
        f"login refused by somebody%20unknown from {ADDRESS}: POST /admin/login/ 200",
    ]


def test_changes_and_refusals_are_logged_and_looking_is_not(staff: User, owner: User, lines: Any) -> None:
    client = with_password(staff)
    assert client.get("/admin/").status_code == 200
    assert lines() == []
    page = f"/admin/users/user/{owner.pk}/change/"
    assert client.get(page).status_code == 403
    assert client.post(page, {"username": "x"}).status_code == 403
    assert lines() == [
        f"request by staff from 127.0.0.1: GET {page} 403",
        f"request by staff from 127.0.0.1: POST {page} 403",
    ]


def test_a_form_of_another_site_is_logged(staff: User, lines: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/admin/users/user/")
    assert lines() == ["request by staff from 127.0.0.1: POST /admin/users/user/ 403"]


def test_leaving_is_logged_under_the_name_of_who_left(staff: User, lines: Any) -> None:
    with_password(staff).post("/admin/logout/")
    assert lines() == ["request by staff from 127.0.0.1: POST /admin/logout/ 302"]


def test_the_second_factor_is_logged(staff: User, settings: Any, lines: Any) -> None:
    settings.VITRINE_ADMIN_2FA = True
    made = enrolled(staff)
    for code in (wrong_code(made.device.key), made.recovery_codes[0]):
        send_code(with_password(staff), code)
    assert lines() == [
        "second factor of staff set up",
        "second factor refused by staff from 127.0.0.1: POST /admin/second-factor/ 400",
        "second factor shown by staff from 127.0.0.1: POST /admin/second-factor/ 302",
    ]


def test_the_end_of_a_stay_is_logged(staff: User, settings: Any, lines: Any) -> None:
    client = with_password(staff)
    settings.VITRINE_STAFF_IDLE = 0
    client.get("/admin/")
    assert lines() == ["session over by staff from 127.0.0.1: GET /admin/ 302"]


def test_a_reset_says_of_whom(chief: User, staff: User, settings: Any, lines: Any) -> None:
    settings.VITRINE_ADMIN_2FA = True
    enrolled(staff)
    client = with_both(chief)
    client.post("/admin/users/user/", {"action": "reset_second_factor", "_selected_action": [staff.pk]})
    assert lines()[-2:] == [
        "second factor of staff reset",
        "second factors reset by chief from 127.0.0.1: POST /admin/users/user/ 302",
    ]


def test_nothing_that_was_typed_is_logged(staff: User, settings: Any, lines: Any) -> None:
    settings.VITRINE_ADMIN_2FA = True
    made = enrolled(staff)
    log_in("staff", PASSWORD)
    log_in("staff", "mistaken-password")
    code = code_of(made.device.key)
    client = with_password(staff)
    client.post("/admin/second-factor/?token=in-the-address", {"code": code})
    text = "\n".join(lines())
    for secret in (PASSWORD, "mistaken-password", f" {code}", "in-the-address", made.device.key):
        assert secret not in text


@pytest.mark.parametrize("path", ["/admin/%0A2026-01-01 forged", "/admin/%0D%0Aforged", "/admin/%E2%80%A8x"])
def test_no_address_begins_another_line(staff: User, lines: Any, path: str) -> None:
    with_password(staff).post(path)
    [line] = lines()
    assert len(line.splitlines()) == 1
    assert "%0A" in line or "%E2%80%A8" in line


def test_pages_outside_the_admin_are_not_logged_here(staff: User, lines: Any) -> None:
    with_password(staff).post("/logout")
    assert lines() == []
