"""My files in a browser, with and without scripts: adding, deleting several, editing, a link to share."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from config.tests.browser.audit import axe
from config.tests.browser.conftest import OpenPage
from config.tests.browser.site import Person, Site
from config.tests.browser.watch import Watch
from uploads_app.tests.image_factories import jpeg_bytes


def settle_in(site: Site, page: Page, pictures: int = 0) -> Person:
    """Somebody with so many pictures, signed in on this page."""
    person = site.join()
    for number in range(pictures):
        person.upload(jpeg_bytes((320, 240), noisy=True), alt_text=f"Picture {number}.")
    site.sign_in(page, person)
    return person


def test_good_pictures_come_into_the_list_and_a_bad_one_says_why(
    site: Site, page: Page, watch: Watch, tmp_path: Path
) -> None:
    watch.expect(r"415")
    settle_in(site, page)
    page.goto("/files/")
    paths = [tmp_path / name for name in ("one.jpg", "text.jpg", "two.jpg")]
    for path in paths:
        path.write_bytes(b"no picture" if path.name == "text.jpg" else jpeg_bytes((320, 240), noisy=True))
    page.set_input_files("#add", paths)
    expect(page.locator(".file-tile")).to_have_count(2)
    expect(page.locator("[data-uploads] > li")).to_have_count(1)
    expect(page.locator("[data-uploads]")).to_contain_text("Only JPEG, PNG and WebP pictures are accepted.")
    expect(page.locator("[data-usage]")).to_contain_text("2 pictures")


def test_a_range_is_chosen_with_shift_and_deleted_after_a_question(site: Site, page: Page) -> None:
    settle_in(site, page, 4)
    page.goto("/files/")
    bar = page.locator("[data-bar]")
    expect(bar).to_be_hidden()
    boxes = page.get_by_role("checkbox")
    boxes.nth(0).check()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(bar).to_contain_text("3 selected")
    page.get_by_role("button", name="Delete selected").click()
    dialog = page.get_by_role("dialog", name="Delete these 3 pictures?")
    expect(dialog.get_by_role("listitem")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(bar).to_contain_text("3 selected")
    page.get_by_role("button", name="Delete selected").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("3 pictures deleted.")).to_be_visible()
    expect(page.locator(".file-tile")).to_have_count(1)


def test_without_scripts_the_same_forms_delete_and_share(site: Site, plain: Page) -> None:
    settle_in(site, plain, 3)
    plain.goto("/files/")
    for number in (0, 1):
        plain.get_by_role("checkbox").nth(number).check()
    plain.get_by_role("button", name="Delete selected").click()
    expect(plain.get_by_role("heading", name="Delete these 2 pictures?")).to_be_visible()
    plain.get_by_role("button", name="Delete").click()
    expect(plain.get_by_text("2 pictures deleted.")).to_be_visible()
    plain.locator(".file-tile h2 a").click()
    plain.get_by_label("The link is good for").select_option("An hour")
    plain.get_by_role("button", name="Make a link").click()
    shared = plain.get_by_label("The link", exact=True).input_value()
    assert "?share=" in shared


def test_a_link_is_made_in_place_and_opens_the_picture_for_a_visitor(
    site: Site, page: Page, open_page: OpenPage
) -> None:
    settle_in(site, page, 1)
    page.goto("/files/")
    page.locator(".file-tile h2 a").click()
    expect(page.get_by_role("button", name="Edit picture")).to_be_visible()  # the script runs
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("The link", exact=True)
    expect(link).to_be_focused()
    visitor = open_page().context.request
    assert visitor.get(link.input_value()).status == 200
    assert visitor.get(link.input_value().partition("?")[0]).status == 401


def test_a_picture_is_turned_in_the_dialog_and_its_words_are_kept(site: Site, page: Page) -> None:
    person = settle_in(site, page, 1)
    page.goto("/files/")
    page.locator(".file-tile h2 a").click()
    page.get_by_role("button", name="Edit picture").click()
    page.get_by_role("button", name="Turn right").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Take back all edits")).to_be_visible()
    file = person.api.get("/api/upload/my-files").json()["results"][0]
    assert file["edits"]["rotate"] == 90
    assert file["alt_text"] == "Picture 0."


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("screen", ["wide", "phone"])
def test_everybody_can_use_these_pages(site: Site, open_page: OpenPage, screen: str, dark: bool) -> None:
    page = open_page(screen, dark=dark)
    person = settle_in(site, page)
    page.goto("/files/")
    assert axe(page) == []
    file = person.upload(jpeg_bytes((320, 240), noisy=True))
    for path in ("/files/", f"/files/{file}/", f"/files/delete?file={file}", "/files/?search=nothing"):
        page.goto(path)
        assert axe(page) == [], path
    page.goto("/files/")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Delete selected").click()
    assert axe(page) == []
