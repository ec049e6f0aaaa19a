"""Uploads that were cut off in their middle: they go on where they stood, for nobody but who began them."""

from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect

from config.tests.browser.conftest import OpenPage
from config.tests.browser.making import PIECES, photo
from config.tests.browser.resuming.cutting import (
    PIECE,
    STOPPED,
    add,
    begun,
    count,
    cut_after_the_first_piece,
    offsets,
    remembered,
    requests_of,
)
from config.tests.browser.site import Person, Site
from config.tests.browser.watch import Watch
from uploads_app.tests.image_factories import jpeg_bytes


def test_after_a_reload_it_goes_on_where_it_stood(
    files_page: Page, person: Person, large: FilePayload
) -> None:
    path = begun(files_page, large)
    assert person.api.get(path).json()["offset"] == PIECE
    files_page.unroute(PIECES)
    files_page.reload()
    sent = requests_of(files_page)
    add(files_page, large)
    expect(files_page.locator(".file-tile")).to_have_count(1)
    assert offsets(sent) == [PIECE, 2 * PIECE]
    assert "POST" not in [request.method for request in sent]
    assert count(person) == 1
    assert remembered(files_page) == []


def test_a_file_of_the_same_name_and_size_begins_anew(
    files_page: Page, person: Person, large: FilePayload
) -> None:
    begun(files_page, large)
    files_page.unroute(PIECES)
    files_page.reload()
    sent = requests_of(files_page)
    other = jpeg_bytes((2400, 1900), noisy=True, comment=b"other")
    assert len(other) == len(large["buffer"])
    add(files_page, {"name": "large.jpg", "mimeType": "image/jpeg", "buffer": other})
    expect(files_page.locator(".file-tile")).to_have_count(1)
    assert offsets(sent)[0] == 0
    assert count(person) == 1


def test_somebody_else_in_the_same_browser_does_not_go_on_with_it(
    site: Site, files_page: Page, person: Person, large: FilePayload
) -> None:
    path = begun(files_page, large)
    files_page.goto("about:blank")
    files_page.unroute(PIECES)
    files_page.context.clear_cookies()
    other = site.join("other")
    site.sign_in(files_page, other)
    files_page.goto("/files/")
    sent = requests_of(files_page)
    add(files_page, large)
    expect(files_page.locator(".file-tile")).to_have_count(1)
    assert offsets(sent) == [0, PIECE, 2 * PIECE]
    assert not [request for request in sent if request.url.endswith(path)]
    assert (count(other), count(person)) == (1, 0)
    assert person.api.get(path).json()["offset"] == PIECE


def test_an_open_page_sends_nothing_in_the_name_of_who_signed_in_elsewhere(
    site: Site, files_page: Page, person: Person, watch: Watch
) -> None:
    watch.expect("status of 40[34]")
    other = site.join("other")
    files_page.context.clear_cookies()
    site.sign_in(files_page, other)
    add(files_page, photo("one.jpg"))
    expect(files_page.locator("[data-state=failed]")).to_be_visible()
    assert (count(other), count(person)) == (0, 0)


def test_after_signing_in_anew_elsewhere_an_open_page_goes_on(
    site: Site, files_page: Page, person: Person, large: FilePayload, watch: Watch
) -> None:
    watch.expect("status of 403")
    begun(files_page, large)
    files_page.context.clear_cookies()
    site.sign_in(files_page, person)
    files_page.unroute(PIECES)
    expect(files_page.locator(".file-tile")).to_have_count(1)
    assert count(person) == 1


def test_signing_out_leaves_nothing_in_the_browser(files_page: Page, large: FilePayload) -> None:
    begun(files_page, large)
    assert len(remembered(files_page)) == 1
    files_page.get_by_label("Your menu").click()
    files_page.get_by_role("button", name="Log out").click()
    files_page.wait_for_url("**/")
    assert remembered(files_page) == []


def test_two_of_the_same_do_not_meet_in_one_upload(files_page: Page, person: Person) -> None:
    add(files_page, photo("one.jpg"), photo("two.jpg"))
    expect(files_page.locator(".file-tile")).to_have_count(2)
    assert count(person) == 2


def test_without_the_library_a_picture_goes_in_one_form(
    site: Site, open_page: OpenPage, person: Person, watch: Watch
) -> None:
    watch.expect("ERR_FAILED")
    page = open_page()
    site.sign_in(page, person)
    page.route("**/tus.min*.js", lambda route: route.abort())
    page.goto("/files/")
    with page.expect_response("**/api/upload/general") as answer:
        add(page, photo("one.jpg"))
    assert answer.value.status == 201
    expect(page.locator(".file-tile")).to_have_count(1)


def test_a_picture_of_oneself_waits_for_the_network_too(
    site: Site, page: Page, person: Person, watch: Watch
) -> None:
    watch.expect("ERR_FAILED")
    site.sign_in(page, person)
    page.goto("/account/picture")
    page.route(PIECES, lambda route: route.abort())
    page.set_input_files("#id_file", [photo("me.jpg")])
    page.get_by_role("button", name="Use this picture").click()
    expect(page.get_by_text("Waiting for the network.")).to_be_visible()
    page.unroute(PIECES)
    expect(page.get_by_role("dialog")).to_be_visible()
    assert person.api.get("/api/users/me").json()["profile_image_url"]


def test_in_a_gig_it_goes_on_too(
    draft: Callable[..., Page], maker: Person, large: FilePayload, watch: Watch
) -> None:
    watch.expect("ERR_FAILED")
    page = draft()
    page.on("dialog", lambda dialog: dialog.accept())
    cut_after_the_first_piece(page)
    page.set_input_files("#id_file", [large])
    expect(page.locator(STOPPED)).to_be_visible()
    page.unroute(PIECES)
    page.reload()
    sent = requests_of(page)
    page.set_input_files("#id_file", [large])
    expect(page.locator("[data-file-id]")).to_have_count(1)
    assert offsets(sent)[0] == PIECE
    gig_id = page.url.split("/gigs/")[1].split("/")[0]
    assert len(maker.api.get(f"/api/upload/gig-images/{gig_id}").json()["images"]) == 1
