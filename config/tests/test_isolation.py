"""Other sites load nothing of ours but public pictures, and no page may ask for camera, place and the like."""

import pytest
from django.test import Client

from config.isolation import PERMISSIONS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/nothing", "/admin/login/", "/api/gigs", "/healthz", "/robots.txt"])
def test_answers_are_for_this_site_alone(client: Client, path: str) -> None:
    assert client.get(path)["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/nothing", "/admin/login/"])
def test_pages_give_up_what_they_do_not_use(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer["Permissions-Policy"] == PERMISSIONS
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(PERMISSIONS.split(", "))


def test_answers_that_are_no_page_say_nothing_of_permissions(client: Client) -> None:
    assert "Permissions-Policy" not in client.get("/api/gigs")


def test_a_page_that_refuses_a_body_unread_is_for_this_site_alone_too(client: Client) -> None:
    answer = client.post("/login", "x" * 2_000_000, content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer["Cross-Origin-Resource-Policy"]) == (413, "same-origin")


def test_a_redirect_to_the_final_slash_is_not_kept_for_ever(client: Client) -> None:
    answer = client.get("/gigs/1")
    assert (answer.status_code, answer["Cache-Control"]) == (301, "max-age=3600")
