"""Making a gig as people do it: pictures in, arranged and edited, published, seen by others."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FileChooser, Locator, Page, expect
from playwright.sync_api import TimeoutError as TooLate

from config.tests.browser.audit import axe
from config.tests.browser.conftest import OpenPage
from config.tests.browser.making import drop, order, photo, pick, saved, saves, tiles
from config.tests.browser.site import Person, Site
from config.tests.browser.watch import Watch


@pytest.mark.shared
def test_three_photographs_become_a_gig_that_visitors_see(
    site: Site, maker: Person, open_page: OpenPage, page: Page, shared: Path, watch: Watch
) -> None:
    # An edited picture is made anew in all sizes; who asks sooner than a busy machine can is asked to come
    # back, and the page does: in the end every picture is there.
    watch.expect(r"503.*/api/upload/[-0-9a-f]{36}/\w+\.webp")
    photos = sorted((shared / "photos").glob("elementary__[ACJ]*.jpg"))[:3]
    site.sign_in(page, maker)
    page.goto("/gigs/")
    page.get_by_role("link", name="Make your first gig").click()
    page.get_by_label("Title").fill("Three photographs")
    page.get_by_label("Price").fill("45")
    page.get_by_role("button", name="Save draft and add pictures").click()

    drop(page, *photos[:2])
    expect(tiles(page)).to_have_count(2)
    pick(page, photos[2])
    expect(tiles(page)).to_have_count(3)
    expect(page.locator(".uploading")).to_have_count(0)
    first, second, third = order(page)

    _edit_the_second(page, maker)

    with saves(page):
        tiles(page).nth(2).get_by_role("button", name="Make cover").click()
    assert order(page) == saved(maker, page) == [third, first, second]
    for place in range(3):
        _loads(page, tiles(page).nth(place).locator("picture img"))

    page.get_by_role("button", name="Publish gig").click()
    expect(page.get_by_text("Published: everybody can see it now.")).to_be_visible()
    visitor = open_page()
    visitor.goto("/")
    visitor.get_by_role("link", name="Three photographs").click()
    expect(visitor.get_by_role("heading", name="Three photographs")).to_be_visible()
    for file_id in (first, second, third):
        _loads(visitor, visitor.locator(f"main img[src*='{file_id}']").first)


def test_the_list_of_what_is_missing_follows_what_is_filled_in(draft: Callable[..., Page]) -> None:
    page = draft()
    missing = page.get_by_text("missing", exact=True)
    expect(missing).to_have_count(3)
    page.get_by_label("Title").fill("A title")
    page.get_by_label("Price").fill("5")
    pick(page, photo("one.jpg"))
    expect(missing).to_have_count(0)
    expect(page.get_by_text("It has all that a published gig needs.")).to_be_visible()


def test_a_gig_is_made_without_scripts(site: Site, maker: Person, plain: Page, page: Page) -> None:
    site.sign_in(plain, maker)
    plain.goto("/gigs/new")
    plain.get_by_label("Title").fill("Plainly made")
    plain.get_by_label("Price").fill("12.50")
    plain.get_by_role("button", name="Save draft and add pictures").click()
    bad = {"name": "words.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    pick(plain, photo("one.jpg"), bad, photo("two.jpg", 2))
    plain.get_by_role("button", name="Upload").click()
    expect(plain.get_by_text("2 pictures added.")).to_be_visible()
    expect(plain.get_by_text("words.jpg: Only JPEG, PNG and WebP pictures are accepted.")).to_be_visible()
    one, two = order(plain)
    tiles(plain).nth(1).get_by_role("button", name="Make cover").click()
    assert order(plain) == [two, one]
    plain.get_by_role("button", name="Publish gig").click()
    expect(plain.get_by_text("Published: everybody can see it now.")).to_be_visible()
    page.goto("/")
    page.get_by_role("link", name="Plainly made").click()
    expect(page.get_by_role("heading", name="Plainly made")).to_be_visible()


def _chooser_by_keys(page: Page) -> FileChooser:
    """The chooser that the focused field opens; on a busy machine Chromium may let a first key go by."""
    for key in ("Enter", "Space", "Enter"):
        with suppress(TooLate):
            with page.expect_file_chooser(timeout=5_000) as chooser:
                page.keyboard.press(key)
            return chooser.value
    pytest.fail("no key opens the field")


def test_a_gig_is_made_by_keyboard_alone(draft: Callable[..., Page], maker: Person) -> None:
    page = draft()

    def tab_to(target: Any) -> None:
        for _ in range(80):
            if target.evaluate("(element) => element === document.activeElement"):
                return
            page.keyboard.press("Tab")
        pytest.fail("the focus never came there")

    field = page.get_by_label("Add pictures")
    tab_to(field)
    chosen: Any = [photo("one.jpg"), photo("two.jpg", 2)]
    _chooser_by_keys(page).set_files(chosen)
    expect(tiles(page)).to_have_count(2)
    one, two = order(page)
    page.locator("body").evaluate("() => document.activeElement.blur()")
    tab_to(tiles(page).nth(0).get_by_role("button", name="Later"))
    with saves(page):
        page.keyboard.press("Enter")
    assert order(page) == [two, one]
    tab_to(page.get_by_label("Title"))
    page.keyboard.type("By keys")
    tab_to(page.get_by_label("Price"))
    page.keyboard.type("3")
    tab_to(page.get_by_role("button", name="Publish gig"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Published: everybody can see it now.")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("screen", ["wide", "phone"])
def test_no_page_that_makes_gigs_shuts_anybody_out(
    draft: Callable[..., Page], watch: Watch, screen: str, dark: bool
) -> None:
    watch.expect("status of 415")
    page = draft(screen, dark=dark)
    assert axe(page) == []
    pick(page, photo("one.jpg"), photo("two.jpg"), {"name": "a", "mimeType": "", "buffer": b"no picture"})
    expect(tiles(page)).to_have_count(2)
    expect(page.locator("[data-state=refused]")).to_be_visible()
    assert axe(page) == []
    gig_page = page.url
    page.on("dialog", lambda dialog: dialog.accept())
    for path in ("/gigs/", "/gigs/new", gig_page.replace("/edit", "/delete")):
        page.goto(path)
        assert axe(page) == []


@pytest.mark.parametrize("screen", ["wide", "phone", "narrow"])
def test_nothing_is_wider_than_the_screen(draft: Callable[..., Page], maker: Person, screen: str) -> None:
    page = draft(screen)
    gig_id = page.url.split("/gigs/")[1].split("/")[0]
    maker.api.patch(f"/api/gigs/{gig_id}", json={"title": "W" * 120}).raise_for_status()
    pick(page, photo("x" * 200 + ".jpg"), photo("two.jpg"))
    expect(tiles(page)).to_have_count(2)
    for path in (page.url, "/gigs/", page.url.replace("/edit", "/delete")):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def _edit_the_second(page: Page, maker: Person) -> None:
    """Crops, turns and describes the second picture in the editor."""
    second = order(page)[1]
    tiles(page).nth(1).get_by_role("link", name="Edit").click()
    editor = page.get_by_role("dialog")
    editor.get_by_text("Square").click()
    editor.get_by_role("button", name="Turn right").click()
    editor.get_by_role("tab", name="Describe").click()
    editor.get_by_label("Alt text").fill("Trees in the mist")
    editor.get_by_role("button", name="Save").click()
    expect(editor).to_be_hidden()
    expect(tiles(page).nth(1)).to_contain_text("Trees in the mist")
    edits = maker.api.get(f"/api/upload/{second}/metadata").json()["edits"]
    assert edits["rotate"] == 90
    assert edits["crop"]["width"] < 1 or edits["crop"]["height"] < 1


def _loads(page: Page, image: Locator) -> None:
    """Waits until a picture has come. The page may put another in its place meanwhile, once that is made."""
    limit = time.monotonic() + 60
    while not image.evaluate("(image) => { image.scrollIntoView(); return image.naturalWidth }"):
        assert time.monotonic() < limit, "it has not come"
        page.wait_for_timeout(100)
