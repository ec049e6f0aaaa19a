"""Setting up a second factor: with a key of ours, proved by a code, and never over somebody's head."""

import base64
import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from uploads_app.errors import Conflict
from users.models import Session, User
from users.services import second_factor
from users.tests.factories import UserFactory
from users.tests.second_factor import (
    code_of,
    enrolled,
    field,
    used_code,
    with_both,
    with_password,
    wrong_code,
)

PAGE = "/admin/second-factor/set-up/"


@pytest.fixture(autouse=True)
def wanted(settings: Any) -> None:
    settings.VITRINE_ADMIN_2FA = True


@pytest.fixture
def chief(db: None) -> User:
    return UserFactory.create(username="chief", is_staff=True, is_superuser=True)


def key_on(html: str) -> str:
    """The key that a page shows to be typed, in hexadecimal."""
    shown = re.search(r"<code>([A-Z2-7-]+)</code>", html)
    assert shown
    return base64.b32decode(shown[1].replace("-", "")).hex()


def sent(client: Client, html: str, **changes: str) -> Any:
    body = {"secret": field(html, "secret"), "code": code_of(key_on(html)), "next": "/admin/users/"}
    return client.post(PAGE, body | changes)


def test_a_device_is_set_up_by_its_first_code(staff: User) -> None:
    client = with_password(staff)
    page = client.get(PAGE)
    assert 'src="data:image/svg+xml' in page.text
    answer = sent(client, page.text)
    assert answer.status_code == 200
    codes = re.findall(r"<code>([a-z2-7-]+)</code>", answer.text)
    assert len(codes) == 10
    assert 'href="/admin/users/"' in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert client.get("/admin/").status_code == 200


def test_looking_at_the_page_changes_nothing(staff: User) -> None:
    client = with_password(staff)
    before = Session.objects.values_list("session_data", flat=True).get()
    first, second = key_on(client.get(PAGE).text), key_on(client.get(PAGE).text)
    assert first != second
    assert not TOTPDevice.objects.exists()
    assert Session.objects.values_list("session_data", flat=True).get() == before


def test_a_wrong_code_sets_nothing_up_and_keeps_the_key(staff: User) -> None:
    client = with_password(staff)
    html = client.get(PAGE).text
    answer = sent(client, html, code=wrong_code(key_on(html)))
    assert answer.status_code == 400
    assert key_on(answer.text) == key_on(html)
    assert not TOTPDevice.objects.exists()
    assert not StaticDevice.objects.exists()


def test_the_code_of_the_set_up_is_used_up(staff: User) -> None:
    client = with_password(staff)
    html = client.get(PAGE).text
    sent(client, html)
    answer = with_password(staff).post("/admin/second-factor/", {"code": used_code(TOTPDevice.objects.get())})
    assert answer.status_code == 400


@pytest.mark.parametrize("forged", ["", "x", "another's", "changed", "a key of one's own"])
def test_a_key_that_was_not_made_for_this_person_is_not_taken(staff: User, forged: str) -> None:
    client = with_password(staff)
    html = client.get(PAGE).text
    other = with_password(UserFactory.create(username="other", is_staff=True)).get(PAGE).text
    secret = field(html, "secret")
    given = {
        "another's": field(other, "secret"), "changed": secret[:-1] + "-", "a key of one's own": "ab" * 20,
    }.get(forged, forged)  # fmt: skip
    assert sent(client, html, secret=given, code=code_of(key_on(other))).status_code == 400
    assert not TOTPDevice.objects.exists()


def test_a_password_alone_replaces_no_device(staff: User) -> None:
    client = with_password(staff)
    html = client.get(PAGE).text  # opened before there was one
    made = enrolled(staff)
    for answer in (client.get(PAGE), sent(client, html)):
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/admin/second-factor/")
    assert TOTPDevice.objects.get() == made.device


def test_the_service_replaces_no_device_by_accident(staff: User) -> None:
    made, key = enrolled(staff), second_factor.new_key()
    with pytest.raises(Conflict):
        second_factor.enrol(user=staff, key=key, code=code_of(key))
    assert TOTPDevice.objects.get() == made.device


def test_a_new_device_ends_the_old_one_with_its_sessions_and_codes(staff: User) -> None:
    client = with_both(staff)
    old, other = TOTPDevice.objects.get(), with_password(staff)
    session = other.session
    session["otp_device_id"] = old.persistent_id
    session.save()
    assert other.get("/admin/").status_code == 200
    codes = set(StaticToken.objects.values_list("token", flat=True))
    present = code_of(old.key, later=1)  # the one of now let this client in
    assert sent(client, client.get(PAGE).text, present=present).status_code == 200
    assert TOTPDevice.objects.get() != old
    assert not codes & set(StaticToken.objects.values_list("token", flat=True))
    assert client.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302


@pytest.mark.parametrize("present", [None, "", "wrong"])
def test_an_open_session_without_the_device_replaces_nothing(staff: User, present: str | None) -> None:
    client = with_both(staff)
    old, html = TOTPDevice.objects.get(), client.get(PAGE).text
    given = wrong_code(old.key) if present else ""
    answer = sent(client, html, **({} if present is None else {"present": given}))
    assert answer.status_code == 400
    assert key_on(answer.text) == key_on(html)
    assert TOTPDevice.objects.get() == old


def test_wrong_codes_of_the_device_before_are_counted(staff: User, settings: Any) -> None:
    settings.VITRINE_LOGIN_FAILURES = 1
    client, old = with_both(staff), TOTPDevice.objects.get()
    statuses = [
        sent(client, client.get(PAGE).text, present=wrong_code(old.key)).status_code for _ in range(2)
    ]
    assert statuses == [400, 429]


def test_who_lost_the_device_replaces_it_with_a_recovery_code(staff: User) -> None:
    client = with_both(staff)
    old, [code, *_] = TOTPDevice.objects.get(), second_factor.renew_recovery_codes(user=staff)
    assert sent(client, client.get(PAGE).text, present=code).status_code == 200
    assert TOTPDevice.objects.get() != old


@pytest.mark.parametrize("page", ["", "set-up/", "recovery-codes/"])
def test_others_do_not_get_to_these_pages(owner: User, page: str) -> None:
    for client in (Client(), with_password(owner)):
        for answer in (
            client.get(f"/admin/second-factor/{page}"),
            client.post(f"/admin/second-factor/{page}"),
        ):
            assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/admin/login/")


def test_no_page_of_the_admin_shows_a_key(chief: User, staff: User) -> None:
    made, client = enrolled(staff), with_both(chief)
    for model in ("otp_totp/totpdevice", "otp_static/staticdevice"):
        assert client.get(f"/admin/{model}/").status_code == 404
        assert client.get(f"/admin/{model}/{made.device.pk}/change/").status_code == 404
    assert made.device.key not in client.get(f"/admin/users/user/{staff.pk}/change/").text


def test_a_superuser_resets_the_second_factor_of_others(chief: User, staff: User) -> None:
    theirs, client = with_both(staff), with_both(chief)
    body = {"action": "reset_second_factor", "_selected_action": [staff.pk]}
    assert client.post("/admin/users/user/", body).status_code == 302
    assert second_factor.device_of(staff) is None
    assert not staff.sessions.exists()
    assert theirs.get("/admin/").status_code == 302
    assert LogEntry.objects.get().change_message == "Reset the second factor."


def test_a_superusers_own_is_not_reset_by_accident(chief: User) -> None:
    client = with_both(chief)
    body = {"action": "reset_second_factor", "_selected_action": [chief.pk]}
    assert client.post("/admin/users/user/", body).status_code == 302
    assert second_factor.device_of(chief) is not None


def test_other_staff_reset_nothing(staff: User, chief: User) -> None:
    from django.contrib.auth.models import Permission

    staff.user_permissions.set(Permission.objects.filter(content_type__app_label="users"))
    enrolled(chief)
    client = with_both(staff)
    assert "reset_second_factor" not in client.get("/admin/users/user/").text
    client.post("/admin/users/user/", {"action": "reset_second_factor", "_selected_action": [chief.pk]})
    assert second_factor.device_of(chief) is not None


def test_the_command_tells_and_resets(staff: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("second_factor", "status", "staff")
    assert "has no second factor" in capsys.readouterr().out
    client, key = with_both(staff), TOTPDevice.objects.get().key
    call_command("second_factor", "status", "STAFF")
    told = capsys.readouterr().out
    assert "10 recovery codes" in told
    assert key not in told
    call_command("second_factor", "reset", "staff")
    assert second_factor.device_of(staff) is None
    assert client.get("/admin/").status_code == 302
    with pytest.raises(CommandError, match="nobody named ghost"):
        call_command("second_factor", "reset", "ghost")
