"""The list of bans, and lifting them there: for who may ban."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from uploads_app.models import BannedPicture, ModerationEvent
from uploads_app.tests.factories import FileFactory, ready_rendition
from uploads_app.tests.moderation.staff import browser
from users.models import User

EVERYBODY = ("visitor", "owner", "stranger", "staff", "viewer", "moderator", "lead", "root")
BANS = "admin:uploads_app_bannedpicture_"


@pytest.fixture
def ban(owner: User) -> BannedPicture:
    return banned(owner, note="Seen <elsewhere>.")


def banned(owner: User, **columns: Any) -> BannedPicture:
    file = FileFactory.create(owner=owner)
    ready_rendition(file)
    ban: BannedPicture = BannedPicture.objects.create(
        file=file,
        sha256=f"{BannedPicture.objects.count():064}",
        reason="stolen",
        banned_by_name="chief",
        **columns,
    )
    return ban


def lift(client: Client, *bans: BannedPicture) -> Any:
    form = {"action": "lift_chosen", "_selected_action": [ban.pk for ban in bans]}
    return client.post(reverse(f"{BANS}changelist"), form, follow=True)


def text_of(client: Client, query: str = "") -> str:
    return client.get(reverse(f"{BANS}changelist") + query).content.decode()


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_leads_see_and_lift_bans(request: pytest.FixtureRequest, ban: BannedPicture, who: str) -> None:
    client = browser(None if who == "visitor" else request.getfixturevalue(who))
    status = 200 if who in ("lead", "root") else 302 if who in ("visitor", "owner", "stranger") else 403
    for url in (reverse(f"{BANS}changelist"), reverse(f"{BANS}change", args=[ban.pk])):
        assert client.get(url).status_code == status
    lift(client, ban)
    ban.refresh_from_db()
    assert (ban.lifted_at is not None) == (who in ("lead", "root"))


@pytest.mark.parametrize("who", ["viewer", "moderator", "lead", "root"])
def test_the_way_to_it_is_shown_to_them_alone(request: pytest.FixtureRequest, who: str) -> None:
    text = browser(request.getfixturevalue(who)).get(reverse("admin:uploads_app_dashboard")).content.decode()
    assert (reverse(f"{BANS}changelist") in text) == (who in ("lead", "root"))


def test_a_ban_is_told_with_its_picture_by_a_rendition(ban: BannedPicture, lead: User) -> None:
    text = text_of(browser(lead))
    assert ban.file is not None
    assert f'src="/api/upload/{ban.file.pk}/card.webp' in text
    assert f"/uploadedfile/{ban.file.pk}/change/" in text
    assert "Seen &lt;elsewhere&gt;." in text
    assert "chief" in text


def test_a_ban_whose_file_is_not_known_any_more_is_still_told(lead: User) -> None:
    ban = BannedPicture.objects.create(sha256="0" * 64, reason="spam", banned_by_name="chief")
    client = browser(lead)
    assert "chief" in text_of(client)
    assert ban.sha256 in client.get(reverse(f"{BANS}change", args=[ban.pk])).content.decode()
    assert "1 ban lifted." in lift(client, ban).content.decode()


def test_those_that_stand_and_the_lifted_ones_are_told_apart(owner: User, lead: User) -> None:
    banned(owner, note="It stands.")
    banned(owner, note="It is over.", lifted_at=timezone.now())
    client = browser(lead)
    for query, stands, over in (("", True, True), ("?lifted=no", True, False), ("?lifted=yes", False, True)):
        text = text_of(client, query)
        assert ("It stands." in text, "It is over." in text) == (stands, over)


@pytest.mark.parametrize("query", ["?q=nobody", "?q=chief", "?lifted=nonsense"])
def test_any_search_is_answered(ban: BannedPicture, lead: User, query: str) -> None:
    assert ("Seen &lt;elsewhere&gt;." in text_of(browser(lead), query)) == (
        query in ("?q=chief", "?lifted=nonsense")
    )


def test_chosen_bans_are_lifted_each_for_itself(owner: User, lead: User) -> None:
    first, own, over = banned(owner), banned(lead), banned(owner, lifted_at=timezone.now())
    text = lift(browser(lead), first, own, over).content.decode()
    assert "1 ban lifted." in text
    assert "Your own file" in text
    assert "lifted before" in text
    assert [ban.lifted_at is None for ban in BannedPicture.objects.order_by("pk")] == [False, True, False]
    assert ModerationEvent.objects.get().action == "lift_ban"


def test_a_ban_is_neither_added_nor_changed_nor_deleted_by_hand(ban: BannedPicture, root: User) -> None:
    client = browser(root)
    for name, args in (("add", []), ("change", [ban.pk]), ("delete", [ban.pk])):
        assert (
            client.post(reverse(f"{BANS}{name}", args=args), {"reason": "spam", "post": "yes"}).status_code
            == 403
        )
    ban.refresh_from_db()
    assert ban.reason == "stolen"


def test_the_list_costs_as_much_with_many_as_with_one(owner: User, lead: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            text_of(client)
        return len(seen)

    client = browser(lead)
    banned(owner)
    one = queries()
    for _ in range(9):
        banned(owner)
    assert queries() == one
