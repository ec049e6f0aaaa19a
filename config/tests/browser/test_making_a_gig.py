"""Making a gig as people do it: pictures in, arranged and edited, published, seen by others."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from config.tests.browser.audit import axe
from config.tests.browser.conftest import OpenPage
from config.tests.browser.site import Person, Site
from config.tests.browser.watch import Watch
from uploads_app.tests.image_factories import jpeg_bytes

UPLOAD = "**/api/upload/gig"

_DROP = """([files]) => {
  const transfer = new DataTransfer();
  for (const [name, type, data] of files) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  for (const kind of ["dragover", "drop"]) {
    const event = new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true });
    document.querySelector("main").dispatchEvent(event);
  }
}"""


def drop(page: Page, *files: Path) -> None:
    """Lets files fall on the page, as from a folder beside it."""
    sent = [[file.name, "image/jpeg", base64.b64encode(file.read_bytes()).decode()] for file in files]
    page.evaluate(_DROP, [sent])


def pick(page: Page, *files: Any) -> None:
    """Chooses files in the field."""
    page.get_by_label("Add pictures").set_input_files(list(files))


def photo(name: str, seed: int = 1) -> dict[str, Any]:
    """A picture for the file field; each `seed` gives other bytes."""
    size = (400 + seed, 300)
    return {"name": name, "mimeType": "image/jpeg", "buffer": jpeg_bytes(size, noisy=True)}


def tiles(page: Page) -> Any:
    return page.locator("[data-file-id]")


def order(page: Page) -> list[str]:
    found: list[str] = tiles(page).evaluate_all("all => all.map((tile) => tile.dataset.fileId)")
    return found


def saved(person: Person, page: Page) -> list[str]:
    """The pictures of the gig on this page as the API has them."""
    gig_id = page.url.split("/gigs/")[1].split("/")[0]
    images = person.api.get(f"/api/upload/gig-images/{gig_id}").json()["images"]
    return [image["file_id"] for image in images]


def saves(page: Page) -> Any:
    """Waits until a new order has been answered."""
    return page.expect_response(
        lambda answer: answer.request.method == "PUT" and "/gig-images/" in answer.url
    )


@pytest.fixture
def maker(site: Site) -> Person:
    return site.join("maker")


@pytest.fixture
def draft(site: Site, maker: Person, open_page: OpenPage) -> Callable[..., Page]:
    """Opens the page of a new draft."""

    def opened(screen: str = "wide", **kwargs: Any) -> Page:
        gig_id = maker.api.post("/api/gigs", json={"title": ""}).raise_for_status().json()["id"]
        page = open_page(screen, **kwargs)
        site.sign_in(page, maker)
        page.goto(f"/gigs/{gig_id}/edit")
        return page

    return opened


@pytest.mark.shared
def test_three_photographs_become_a_gig_that_visitors_see(
    site: Site, maker: Person, open_page: OpenPage, page: Page, shared: Path
) -> None:
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

    with saves(page):
        tiles(page).nth(2).get_by_role("button", name="Make cover").click()
    assert order(page) == saved(maker, page) == [third, first, second]

    page.get_by_role("button", name="Publish gig").click()
    expect(page.get_by_text("Published: everybody can see it now.")).to_be_visible()
    visitor = open_page()
    visitor.goto("/")
    visitor.get_by_role("link", name="Three photographs").click()
    expect(visitor.get_by_role("heading", name="Three photographs")).to_be_visible()
    for file_id in (first, second, third):
        expect(visitor.locator(f"main img[src*='{file_id}']").first).to_be_attached()


@pytest.mark.shared
def test_a_refused_file_says_why_and_the_others_go_on(
    draft: Callable[..., Page], watch: Watch, shared: Path
) -> None:
    watch.expect("status of 4(15|22)")
    wrong = next(path for path in sorted((shared / "corpus/wrongtype").iterdir()) if path.is_file())
    page = draft()
    sent = {"name": wrong.name, "mimeType": "image/png", "buffer": wrong.read_bytes()}
    pick(page, photo("one.jpg"), sent, photo("two.jpg", 2))
    refused = page.locator("[data-state=refused]")
    expect(refused).to_contain_text(wrong.name)
    expect(refused).to_contain_text("Only JPEG, PNG and WebP pictures are accepted.")
    expect(refused).to_contain_text("up to 10 MB")
    expect(tiles(page)).to_have_count(2)
    refused.get_by_role("button", name="Dismiss").click()
    expect(refused).to_have_count(0)


def test_what_is_too_large_is_refused_before_it_is_sent(draft: Callable[..., Page]) -> None:
    page, sent = draft(), []
    page.on(
        "request", lambda request: sent.append(request.method) if "/api/upload/gig" in request.url else None
    )
    pick(
        page, {"name": "huge.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8" + bytes(11 * 1024 * 1024)}
    )
    expect(page.locator("[data-state=refused]")).to_contain_text("larger than what is accepted")
    assert sent == []


def test_after_a_cut_in_mid_upload_trying_again_finishes_it(
    draft: Callable[..., Page], maker: Person, watch: Watch
) -> None:
    watch.expect("ERR_(FAILED|INTERNET_DISCONNECTED|CONNECTION)")
    page = draft()
    page.route(UPLOAD, lambda route: route.abort(), times=1)
    pick(page, photo("one.jpg"))
    failed = page.locator("[data-state=failed]")
    expect(failed).to_contain_text("The connection was lost.")
    failed.get_by_role("button", name="Try again").click()
    expect(tiles(page)).to_have_count(1)
    assert len(saved(maker, page)) == 1


def test_an_answer_that_was_lost_stores_nothing_twice(
    draft: Callable[..., Page], maker: Person, watch: Watch
) -> None:
    watch.expect("ERR_FAILED")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page = draft()
    page.route(UPLOAD, lose, times=1)
    pick(page, photo("one.jpg"))
    with saves(page):
        page.get_by_role("button", name="Try again").click()
    expect(tiles(page)).to_have_count(1)
    assert saved(maker, page) == order(page)
    assert maker.api.get("/api/upload/usage").json()["files"] == 1


def test_what_was_lost_goes_on_when_the_network_is_back(draft: Callable[..., Page], watch: Watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED")
    page = draft()
    page.context.set_offline(True)
    pick(page, photo("one.jpg"), photo("two.jpg"))
    expect(page.locator("[data-state=failed]")).to_have_count(2)
    page.context.set_offline(False)
    expect(tiles(page)).to_have_count(2)


def test_who_is_too_quick_waits_and_goes_on_by_itself(draft: Callable[..., Page], watch: Watch) -> None:
    watch.expect("status of 429")
    problem = '{"type": "about:blank", "status": 429, "code": "throttled", "detail": "Too often."}'
    page = draft()
    page.route(
        UPLOAD,
        lambda route: route.fulfill(
            status=429, headers={"Retry-After": "1"}, content_type="application/problem+json", body=problem
        ),
        times=1,
    )
    pick(page, photo("one.jpg"))
    expect(page.locator("[data-state=waiting]")).to_contain_text("goes on by itself in 1 second")
    expect(tiles(page)).to_have_count(1)


def test_pictures_keep_the_order_they_were_given_in_whichever_arrives_first(
    draft: Callable[..., Page], maker: Person
) -> None:
    page, held = draft(), []
    page.route(UPLOAD, lambda route: held.append(route), times=1)
    pick(page, *(photo(f"{number}.jpg", number) for number in range(4)))
    expect(tiles(page)).to_have_count(3)
    with saves(page):
        held[0].continue_()
    expect(tiles(page)).to_have_count(4)
    files = [maker.api.get(f"/api/upload/{pk}/metadata").json() for pk in saved(maker, page)]
    assert [file["original_filename"] for file in files] == ["0.jpg", "1.jpg", "2.jpg", "3.jpg"]


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
    handle = arranged.locator("[data-file-id] .tile-picture")
    with saves(arranged):
        handle.nth(0).drag_to(handle.nth(2), steps=20)
    assert order(arranged) == saved(maker, arranged) == [second, third, first]


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


def test_leaving_with_an_unfinished_upload_asks_first(draft: Callable[..., Page], watch: Watch) -> None:
    watch.expect("ERR_")
    page, asked = draft(), []
    held: list[Route] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.route(UPLOAD, lambda route: held.append(route))
    pick(page, photo("one.jpg"))
    page.on("dialog", answer)
    page.get_by_role("link", name="All my gigs").click()
    page.wait_for_url("**/gigs/")
    assert asked == ["beforeunload"]


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
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chosen: Any = [photo("one.jpg"), photo("two.jpg", 2)]
    chooser.value.set_files(chosen)
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
