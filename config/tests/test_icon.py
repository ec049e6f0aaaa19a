"""Browsers find the site's icon also where a page names none."""

from django.test import Client


def test_the_icon_is_where_browsers_look_for_it() -> None:
    answer = Client().get("/favicon.ico", follow=True)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/svg+xml"
