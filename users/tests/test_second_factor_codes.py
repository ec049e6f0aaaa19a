"""Codes: good once, for their own person, and slow to guess."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from users.models import User
from users.tests.factories import UserFactory
from users.tests.second_factor import (
    code_of,
    enrolled,
    send_code,
    used_code,
    with_both,
    with_password,
    wrong_code,
)


@pytest.fixture(autouse=True)
def wanted(settings: Any) -> None:
    settings.VITRINE_ADMIN_2FA = True


def waited(seconds: int) -> None:
    """As if the last mistake were so long ago."""
    TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(seconds=seconds))


def inside(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_a_wrong_code_is_refused_and_a_right_one_lets_in(staff: User) -> None:
    made, client = enrolled(staff), with_password(staff)
    refused = send_code(client, wrong_code(made.device.key))
    assert (refused.status_code, inside(client)) == (400, False)
    assert "This code is not right" in refused.text
    waited(2)
    assert send_code(client, code_of(made.device.key)).status_code == 302
    assert inside(client)


@pytest.mark.parametrize(
    "code", ["", "0", "12345", "1234567", "abcdef", "\u0661" * 6, "x" * 41, "\0", "9" * 5000]
)
def test_what_is_no_code_is_refused(staff: User, code: str) -> None:
    enrolled(staff)
    client = with_password(staff)
    assert send_code(client, code).status_code == 400
    assert not inside(client)


def test_a_code_is_good_once(staff: User) -> None:
    made = enrolled(staff)
    code = code_of(made.device.key)
    assert send_code(with_password(staff), code).status_code == 302
    again = with_password(staff)
    assert send_code(again, code).status_code == 400
    assert not inside(again)


def test_a_code_of_another_is_not_good(staff: User) -> None:
    enrolled(staff)
    other = enrolled(UserFactory.create(username="other", is_staff=True))
    client = with_password(staff)
    assert send_code(client, code_of(other.device.key)).status_code == 400
    assert send_code(client, other.recovery_codes[0]).status_code == 400
    assert not inside(client)


def test_a_recovery_code_is_good_once(staff: User) -> None:
    made = enrolled(staff)
    assert len(set(made.recovery_codes)) == 10
    code = made.recovery_codes[3]
    client = with_password(staff)
    assert send_code(client, code.upper().replace("-", " ")).status_code == 302
    assert inside(client)
    again = with_password(staff)
    assert send_code(again, code).status_code == 400
    assert not inside(again)
    assert StaticToken.objects.count() == 9


def test_recovery_codes_are_not_to_be_read_from_the_database(staff: User) -> None:
    codes = {code.replace("-", "") for code in enrolled(staff).recovery_codes}
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert not codes & kept


def test_after_a_mistake_even_the_right_code_waits(staff: User) -> None:
    made, client = enrolled(staff), with_password(staff)
    send_code(client, wrong_code(made.device.key))
    refused = send_code(client, code_of(made.device.key))
    assert (refused.status_code, inside(client)) == (429, False)
    assert int(refused["Retry-After"]) >= 1


def test_each_mistake_doubles_the_wait(staff: User) -> None:
    made, client = enrolled(staff), with_password(staff)
    waits = []
    for _ in range(5):
        waited(3600)
        send_code(client, wrong_code(made.device.key))
        waits.append(int(send_code(client, wrong_code(made.device.key))["Retry-After"]))
    assert waits == [1, 2, 4, 8, 16]


def test_from_the_limit_on_no_code_is_looked_at(staff: User, settings: Any) -> None:
    settings.VITRINE_LOGIN_FAILURES = 3
    made, client = enrolled(staff), with_password(staff)
    for _ in range(3):
        waited(3600)
        send_code(client, wrong_code(made.device.key))
    waited(3600)
    refused = send_code(client, code_of(made.device.key))
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 800
    assert TOTPDevice.objects.get().throttling_failure_count == 3


def test_a_right_code_forgets_the_mistakes_before(staff: User, settings: Any) -> None:
    settings.VITRINE_LOGIN_FAILURES = 2
    made, client = enrolled(staff), with_password(staff)
    send_code(client, wrong_code(made.device.key))
    waited(2)
    assert send_code(client, code_of(made.device.key)).status_code == 302
    again = with_password(staff)
    assert send_code(again, wrong_code(made.device.key)).status_code == 400


def test_the_session_gets_a_new_key(staff: User) -> None:
    made, client = enrolled(staff), with_password(staff)
    before = client.session.session_key
    send_code(client, code_of(made.device.key))
    assert client.session.session_key != before
    stale = Client()
    stale.cookies["sessionid"] = str(before)
    assert stale.get("/admin/").status_code == 302


@pytest.mark.parametrize("wanted_page", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x"])
def test_the_way_on_is_never_to_another_site(staff: User, wanted_page: str) -> None:
    made, client = enrolled(staff), with_password(staff)
    answer = send_code(client, code_of(made.device.key), next=wanted_page)
    assert answer["Location"] == "/admin/"


def test_the_way_on_is_to_the_page_that_was_wanted(staff: User) -> None:
    made, client = enrolled(staff), with_password(staff)
    answer = send_code(client, code_of(made.device.key), next="/admin/users/user/")
    assert answer["Location"] == "/admin/users/user/"


def test_a_form_of_another_site_is_refused(staff: User) -> None:
    made = enrolled(staff)
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    for page in ("", "set-up/", "recovery-codes/"):
        answer = client.post(f"/admin/second-factor/{page}", {"code": code_of(made.device.key)})
        assert answer.status_code == 403


def test_new_recovery_codes_take_a_fresh_code_and_end_the_old(staff: User) -> None:
    client = with_both(staff)
    device = TOTPDevice.objects.get()
    page = "/admin/second-factor/recovery-codes/"
    assert "10 recovery codes left" in client.get(page).text
    used = client.post(page, {"code": used_code(device)})
    assert used.status_code == 400
    TOTPDevice.objects.update(last_t=-1)
    waited(2)
    old = set(StaticToken.objects.values_list("token", flat=True))
    answer = client.post(page, {"code": code_of(device.key)})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    new = set(StaticToken.objects.values_list("token", flat=True))
    assert (len(new), old & new) == (10, set())
    assert with_password(staff).post(page, {"code": code_of(device.key)}).status_code == 302
