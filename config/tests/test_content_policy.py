"""Every page tells browsers what it may load; nothing inline ever runs."""

import re
from typing import Any

import pytest
from django.test import Client

from config.tests.services import need_s3
from users.models import User

pytestmark = pytest.mark.django_db


def _policy(answer: Any) -> dict[str, list[str]]:
    text: str = answer["Content-Security-Policy"]
    parts = [part.split() for part in text.split(";") if part.strip()]
    return {name: values for name, *values in parts}


def test_a_page_runs_only_the_scripts_that_bear_its_nonce(client: Client) -> None:
    answer = client.get("/nothing")
    found = _policy(answer)["script-src"]
    scripts = re.findall(r"<script[^>]*>", answer.content.decode())
    nonces = set(re.findall(r'nonce="([^"]+)"', "".join(scripts)))
    assert all("nonce=" in script for script in scripts)
    assert len(nonces) == 1
    assert sorted(found) == sorted([f"'nonce-{nonces.pop()}'", "'strict-dynamic'"])


def test_no_two_answers_share_a_nonce(client: Client) -> None:
    first, second = (_policy(client.get("/nothing"))["script-src"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize("path", ["/nothing", "/admin/login/", "/robots.txt", "/healthz"])
def test_no_script_and_no_style_may_be_inline(client: Client, path: str) -> None:
    policy = _policy(client.get(path))
    assert policy["default-src"] == policy["object-src"] == policy["base-uri"] == ["'none'"]
    for directive in ("script-src", "style-src"):
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "data:"} & set(
            policy.get(directive, [])
        )


def test_the_admin_runs_the_sites_own_files(client: Client, staff: User) -> None:
    staff.is_superuser = True
    staff.save()
    client.force_login(staff)
    assert _policy(client.get("/admin/"))["script-src"] == ["'self'"]


def test_no_page_may_be_framed(client: Client) -> None:
    answer = client.get("/nothing")
    assert _policy(answer)["frame-ancestors"] == ["'none'"]
    assert answer["X-Frame-Options"] == "DENY"


def test_a_page_that_refuses_a_body_unread_has_a_policy_too(client: Client) -> None:
    answer = client.post("/login", "x" * 2_000_000, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    [nonce] = re.findall(r'nonce="([^"]+)"', answer.text)
    assert f"'nonce-{nonce}'" in _policy(answer)["script-src"]


def test_a_page_for_a_name_that_is_not_ours_has_a_policy_too(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/login", HTTP_HOST="elsewhere.example")
    assert answer.status_code == 400
    assert _policy(answer)["default-src"] == ["'none'"]


@pytest.mark.parametrize("delivery", ["through", "redirect"])
def test_pages_may_load_pictures_from_where_people_are_sent_on_to(
    client: Client, settings: Any, delivery: str
) -> None:
    own = need_s3()
    settings.VITRINE_S3_DELIVERY = delivery
    settings.STORAGES = settings.STORAGES | {"s3_public": settings.STORAGES["s3"]}
    settings.VITRINE_S3_PUBLIC_URL = "https://cdn.example.org:8443/pictures"
    there = [own["VITRINE_S3_ENDPOINT"]] if delivery == "redirect" else []
    for path in ("/nothing", "/admin/login/", "/nothing"):  # and once more: nothing piles up
        found = _policy(client.get(path))
        assert found["img-src"] == ["'self'", "data:", "blob:", *there, "https://cdn.example.org:8443"]
        assert found["connect-src"] == ["'self'"]


def test_where_all_pictures_come_from_here_no_other_place_is_allowed(client: Client, settings: Any) -> None:
    settings.VITRINE_S3_DELIVERY, settings.VITRINE_S3_PUBLIC_URL = "through", ""
    assert _policy(client.get("/nothing"))["img-src"] == ["'self'", "data:", "blob:"]
