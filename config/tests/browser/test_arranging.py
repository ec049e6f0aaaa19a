"""The pictures of a gig, moved by drag and by buttons; what fails is put back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from config.tests.browser.making import carry, order, photo, pick, saved, saves, tiles
from config.tests.browser.site import Person
from config.tests.browser.watch import Watch


@pytest.fixture
def arranged(draft: Callable[..., Page]) -> Page:
    """A draft with three pictures, loaded anew."""
    page = draft()
    pick(page, *(photo(f"{number}.jpg", number) for number in range(3)))
    expect(tiles(page)).to_have_count(3)
    page.wait_for_load_state("networkidle")
    page.reload()
    return page


def test_pictures_are_moved_by_drag(arranged: Page, maker: Person) -> None:
    first, second, third = order(arranged)
    wanted = [second, third, first]
    with saves(arranged):
        carry(arranged, 0, 2, until=lambda: order(arranged) == wanted)
    assert order(arranged) == saved(maker, arranged) == wanted


def test_buttons_keep_the_focus_and_say_where_the_picture_is(arranged: Page, maker: Person) -> None:
    first, second, third = order(arranged)
    later = tiles(arranged).nth(0).get_by_role("button", name="Later")
    with saves(arranged):
        later.press("Enter")
    assert order(arranged) == saved(maker, arranged) == [second, first, third]
    expect(tiles(arranged).nth(1).get_by_role("button", name="Later")).to_be_focused()
    expect(arranged.locator("#announcer")).to_have_text("Picture 2 of 3")
    expect(tiles(arranged).nth(0)).to_contain_text("Cover")


def test_what_could_not_be_saved_is_put_back_and_said(arranged: Page, maker: Person, watch: Watch) -> None:
    watch.expect("ERR_FAILED")
    before = order(arranged)
    arranged.route("**/gig-images/*", lambda route: route.abort())
    tiles(arranged).nth(2).get_by_role("button", name="Make cover").click()
    expect(arranged.get_by_text("The pictures are as they were before.")).to_be_visible()
    assert order(arranged) == saved(maker, arranged) == before


def test_a_picture_taken_out_comes_back_to_its_place(arranged: Page, maker: Person) -> None:
    before = order(arranged)
    with saves(arranged):
        tiles(arranged).nth(1).get_by_role("button", name="Remove from gig").click()
    assert saved(maker, arranged) == [before[0], before[2]]
    undo = arranged.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    with saves(arranged):
        undo.click()
    assert order(arranged) == saved(maker, arranged) == before
