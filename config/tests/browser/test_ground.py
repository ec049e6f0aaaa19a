"""What is there before any page of ours: the browser's own tools hold on the pages that came with others."""

import pytest
from playwright.sync_api import Page, Response, expect

from config.tests.browser.audit import axe
from config.tests.browser.conftest import OpenPage
from config.tests.browser.site import Site
from uploads_app.tests.image_factories import jpeg_bytes


def test_the_site_is_alive(page: Page) -> None:
    answer = page.goto("/healthz")
    assert answer is not None
    assert answer.status == 200


def test_the_api_docs_show_every_call(page: Page) -> None:
    page.goto("/api/docs")
    expect(page.get_by_text("/api/upload/my-files").first).to_be_visible()


@pytest.mark.parametrize("screen", ["wide", "phone", "narrow"])
def test_staff_reach_the_admin(site: Site, open_page: OpenPage, screen: str) -> None:
    page = open_page(screen)
    site.sign_in(page, site.hire(), door="/admin/login/")
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="Staff")).to_be_visible()


def test_somebody_who_joined_is_signed_in(site: Site, page: Page) -> None:
    person = site.join()
    site.sign_in(page, person)
    page.goto("/account/")
    expect(page).to_have_url(f"{site.url}/account/")
    expect(page.get_by_text(f"Signed in as {person.name}")).to_be_attached()


def test_static_files_are_kept_for_a_year(page: Page) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/admin/login/")
    kept = {a.url: a.headers["cache-control"] for a in answers if "/static/" in a.url}
    assert kept
    assert all("immutable" in value for value in kept.values()), kept


def test_a_page_without_scripts_is_a_page(plain: Page) -> None:
    plain.goto("/admin/login/")
    expect(plain.get_by_label("Username")).to_be_visible()


def test_the_worker_makes_renditions_beside_the_server(site: Site, page: Page) -> None:
    person = site.join()
    file_id = person.upload(jpeg_bytes((900, 600)), alt_text="A test")
    for _ in range(100):
        if person.api.get(f"/api/upload/{file_id}/metadata").json()["renditions"]:
            return
        page.wait_for_timeout(100)
    pytest.fail((site.server.home / "worker.log").read_text())


def test_axe_names_what_is_wrong(page: Page) -> None:
    page.set_content("<html><title>x</title><main><img src='data:,'></main></html>")
    found = axe(page)
    assert any(line.startswith("image-alt:") for line in found)
    assert any(line.startswith("html-has-lang:") for line in found)
