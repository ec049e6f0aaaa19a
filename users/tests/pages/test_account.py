"""The overview of one's account, and changing what one shows."""

from typing import Any

import pytest
from django.test import Client

from uploads_app.tests.factories import FileFactory
from users.models import Profile, User

GOOD = {
    "display_name": "Ada Oak",
    "headline": "Chairs by hand",
    "location": "Bath",
    "bio": "One line.\r\nAnother.",
    "is_public": "on",
}
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}'


def test_a_profile_is_saved_and_the_page_says_so(page: Client, owner: User) -> None:
    answer = page.post("/account/", GOOD, follow=True)
    assert answer.redirect_chain == [("/account/", 302)]
    assert "Your profile is saved." in answer.text
    profile = Profile.objects.get(user=owner)
    assert (profile.display_name, profile.bio, profile.is_public) == ("Ada Oak", "One line.\nAnother.", True)
    assert 'value="Ada Oak"' in answer.text


def test_a_box_that_is_not_ticked_hides_the_profile(page: Client, owner: User) -> None:
    page.post("/account/", {name: text for name, text in GOOD.items() if name != "is_public"})
    assert not Profile.objects.get(user=owner).is_public
    assert "checked" not in page.get("/account/").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"display_name": "x" * 81}, "at most 80 characters"),
        ({"headline": "a\x07b"}, "cannot be shown"),
        ({"location": "a\nb"}, "cannot be shown"),
        ({"bio": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(
    page: Client, owner: User, change: dict[str, str], words: str
) -> None:
    answer = page.post("/account/", GOOD | change)
    assert answer.status_code == 400
    [field] = change
    assert any(words in error for error in answer.context["form"].errors[field])
    assert f'id="id_{field}_error"' in answer.text
    assert Profile.objects.get(user=owner).display_name == ""


def test_other_fields_are_passed_over(page: Client, owner: User, stranger: User) -> None:
    page.post("/account/", GOOD | {"username": "chief", "is_staff": "on", "user": str(stranger.pk)})
    owner.refresh_from_db()
    assert (owner.username, owner.is_staff) == ("owner", False)
    assert Profile.objects.get(user=stranger).display_name == ""


def test_what_is_missing_leads_to_where_it_is_filled_in(page: Client, owner: User) -> None:
    text = page.get("/account/").text
    assert "0 % complete" in text
    for address in ("#id_display_name", "#id_headline", "#id_bio", "#id_location", "/account/picture"):
        assert f'<li><a href="{address}">' in text
    for field in ("display_name", "headline", "bio", "location"):
        assert f'id="id_{field}"' in text

    Profile.objects.filter(user=owner).update(headline="Chairs", location="Bath")
    text = page.get("/account/").text
    assert "40 % complete" in text
    assert 'value="40"' in text
    assert '<li><a href="#id_headline">' not in text


def test_a_complete_profile_lacks_nothing(page: Client, owner: User) -> None:
    page.post("/account/", GOOD)
    image = FileFactory.create(owner=owner, category="profile")
    Profile.objects.filter(user=owner).update(image=image)
    text = page.get("/account/").text
    assert "Your profile is complete" in text
    assert 'class="missing"' not in text


def test_hostile_words_stay_words(page: Client, owner: User) -> None:
    words = dict.fromkeys(("display_name", "headline", "location", "bio"), HOSTILE[:80])
    assert page.post("/account/", words).status_code == 302
    for path in ("/account/", "/account/picture", "/account/delete", "/account/password"):
        text = page.get(path).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert page.post("/account/", words | {"display_name": HOSTILE * 9}).text.count("<script>alert") == 0


@pytest.mark.usefixtures("no_storage")
@pytest.mark.parametrize("path", ["/account/", "/account/picture", "/account/password", "/account/delete"])
@pytest.mark.parametrize("count", [2, 20])
def test_pages_ask_a_few_questions_however_many_files_and_never_the_storage(
    page: Client, owner: User, count: int, path: str, django_assert_max_num_queries: Any
) -> None:
    files = FileFactory.create_batch(count, owner=owner, category="profile")
    Profile.objects.filter(user=owner).update(image=files[0])
    with django_assert_max_num_queries(10):
        assert page.get(path).status_code == 200
