"""Another password by a link in a mail: once, for its reader, telling nobody who has an account."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as site
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from uploads_app.errors import Conflict
from uploads_app.worker import queue
from users.models import Login, Session, User
from users.services import password_reset
from users.services.login import log_in
from users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

NEW = "another horse battery"
Outbox = list[EmailMessage]


def ask(client: Client, email: str) -> None:
    answer = client.post("/password/reset", {"email": email})
    assert (answer.status_code, answer["Location"]) == (302, "/password/reset/sent")


def work() -> None:
    """What the worker does."""
    while task := queue.claim("test"):
        queue.run(task)


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"http://testserver(/password/reset/\S+)", str(mail.body))
    assert found
    return found[1]


@pytest.fixture
def link(client: Client, owner: User, mailoutbox: Outbox) -> str:
    """The path of the link that the owner was mailed."""
    ask(client, owner.email)
    work()
    return link_in(mailoutbox[0])


def choose(client: Client, link: str, new: str = NEW) -> Any:
    opened = client.get(link)
    assert opened.status_code == 302
    return client.post(opened["Location"], {"new_password": new})


def test_the_reader_of_the_mail_chooses_another_password(
    client: Client, owner: User, link: str, mailoutbox: Outbox
) -> None:
    [mail] = mailoutbox
    assert mail.to == [owner.email]
    assert "owner" in str(mail.body)
    answer = choose(client, link)
    assert (answer.status_code, answer["Location"]) == (302, "/login")
    assert "Your password is changed." in client.get("/login").text
    owner.refresh_from_db()
    assert owner.check_password(NEW)
    assert client.post("/login", {"username": "owner", "password": NEW}).status_code == 302


def test_every_login_and_session_ends(client: Client, owner: User, link: str) -> None:
    # As if both were there before the mail: to log in now would make the link worthless.
    elsewhere = Client()
    elsewhere.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    log_in(owner)
    User.objects.filter(pk=owner.pk).update(last_login=None)
    assert choose(client, link).status_code == 302
    assert not Login.objects.filter(revoked_at=None).exists()
    assert not Session.objects.filter(account=owner).exists()
    assert elsewhere.get("/account/").status_code == 302


def test_a_link_works_once(client: Client, owner: User, link: str) -> None:
    assert choose(client, link).status_code == 302
    answer = Client().get(link)
    assert answer.status_code == 400
    assert "This link is no longer good" in answer.text


def test_of_two_with_the_same_link_one_succeeds(owner: User, link: str) -> None:
    *_, uid, token = link.split("/")
    password_reset.set_forgotten_password(uid=uid, token=token, new=NEW)
    with pytest.raises(Conflict):
        password_reset.set_forgotten_password(uid=uid, token=token, new="a third horse battery")


def test_a_link_is_good_for_its_time_alone(owner: User, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    later = timezone.now() + timedelta(seconds=site.VITRINE_RESET_TTL + 5)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _self: later.replace(tzinfo=None))
    assert Client().get(link).status_code == 400


def test_logging_in_makes_the_link_worthless(client: Client, owner: User, link: str) -> None:
    client.post("/login", {"username": "owner", "password": PASSWORD})
    assert Client().get(link).status_code == 400


def test_the_page_has_no_token_in_its_address_and_is_kept_nowhere(client: Client, link: str) -> None:
    opened = client.get(link)
    token = link.rsplit("/", 1)[1]
    assert token not in opened["Location"]
    shown = client.get(opened["Location"])
    assert token not in shown.text
    assert "no-store" in shown["Cache-Control"]
    assert shown["Referrer-Policy"] == "same-origin"


def test_whoever_has_only_the_later_address_gets_nowhere(client: Client, link: str) -> None:
    later = client.get(link)["Location"]
    assert Client().get(later).status_code == 400
    assert Client().post(later, {"new_password": NEW}).status_code == 400


def test_a_weak_password_is_refused_and_the_link_stays_good(client: Client, owner: User, link: str) -> None:
    answer = choose(client, link, "owner")
    assert answer.status_code == 400
    assert answer.context["form"].errors["new_password"]
    assert choose(client, link).status_code == 302


@pytest.mark.parametrize(
    "path", ["x/y", "MQ/x-y", "%FF/a", "LTE/a-b", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ/a-b", "4pi6/set", "MQ/set"]
)
def test_what_was_never_sent_opens_nothing_and_leaves_no_session(
    client: Client, owner: User, path: str
) -> None:
    answer = client.get(f"/password/reset/{path}")
    assert answer.status_code == 400
    assert site.SESSION_COOKIE_NAME not in answer.cookies


def test_known_and_unknown_addresses_are_answered_alike(
    client: Client, owner: User, mailoutbox: Outbox, django_assert_num_queries: Any
) -> None:
    User.objects.filter(pk=UserFactory.create(username="gone").pk).update(is_active=False)
    counts = set()
    for email in (owner.email, "nobody@example.com", "gone@example.com"):
        with django_assert_num_queries(1) as counted:
            ask(client, email)
        counts.add(len(counted))
    assert len(counts) == 1
    assert mailoutbox == []
    work()
    assert [mail.to for mail in mailoutbox] == [[owner.email]]


def test_the_queue_keeps_nothing_that_opens_an_account(client: Client, owner: User, link: str) -> None:
    token = link.rsplit("/", 1)[1]
    [task] = DBTaskResult.objects.all()
    assert token not in str(task.args_kwargs) + str(task.return_value)


def test_mail_goes_to_the_address_of_the_account_in_any_case(
    client: Client, owner: User, mailoutbox: Outbox
) -> None:
    ask(client, "OWNER@example.com")
    work()
    assert mailoutbox[0].to == [owner.email]


def test_no_letter_box_is_filled_by_asking_from_everywhere(
    owner: User, mailoutbox: Outbox, settings: Any
) -> None:
    settings.VITRINE_THROTTLE_SCALE = 1
    settings.VITRINE_THROTTLE_RATES = {**settings.VITRINE_THROTTLE_RATES, "reset": "2/hour"}
    for n in range(4):
        ask(Client(REMOTE_ADDR=f"192.0.2.{n}"), owner.email)
    work()
    assert len(mailoutbox) == 2


def test_one_address_may_ask_so_often(client: Client, owner: User, settings: Any) -> None:
    settings.VITRINE_THROTTLE_SCALE = 1
    settings.VITRINE_THROTTLE_RATES = {**settings.VITRINE_THROTTLE_RATES, "reset": "2/hour"}
    for _ in range(2):
        ask(client, "nobody@example.com")
    assert client.post("/password/reset", {"email": owner.email}).status_code == 429


def test_a_mail_server_that_is_away_is_asked_again(
    client: Client, owner: User, mailoutbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(client, owner.email)

    def away(*_: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(password_reset, "send_mail", away)
        work()
    assert mailoutbox == []
    DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))
    work()
    assert len(mailoutbox) == 1


def test_who_is_logged_in_in_the_same_browser_chooses_another_password_all_the_same(
    client: Client, owner: User, mailoutbox: Outbox
) -> None:
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    ask(client, owner.email)
    work()
    answer = choose(client, link_in(mailoutbox[0]))
    assert (answer.status_code, answer["Location"]) == (302, "/login")
    shown = client.get("/login")
    assert shown.status_code == 200  # logged out here too
    assert "Your password is changed." in shown.text
