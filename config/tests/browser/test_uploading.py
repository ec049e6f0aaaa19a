"""Pictures on their way into a gig: refused, cut off, lost, held back, and in their order all the same."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from config.tests.browser.making import PIECES, UPLOAD, order, photo, pick, saved, saves, tiles
from config.tests.browser.site import Person
from config.tests.browser.watch import Watch


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
        "request", lambda request: sent.append(request.method) if "/api/upload/tus" in request.url else None
    )
    pick(
        page, {"name": "huge.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8" + bytes(11 * 1024 * 1024)}
    )
    expect(page.locator("[data-state=refused]")).to_contain_text("larger than what is accepted")
    assert sent == []


def test_after_a_cut_it_waits_for_the_network_and_goes_on_by_itself(
    draft: Callable[..., Page], maker: Person, watch: Watch
) -> None:
    watch.expect("ERR_FAILED")
    page = draft()
    page.route(PIECES, lambda route: route.abort())
    pick(page, photo("one.jpg"))
    expect(page.locator("[data-state=offline]")).to_contain_text("Waiting for the network.")
    page.unroute(PIECES)
    expect(tiles(page)).to_have_count(1)
    assert len(saved(maker, page)) == 1


def test_who_knows_better_need_not_wait_for_the_network(draft: Callable[..., Page], watch: Watch) -> None:
    watch.expect("ERR_FAILED")
    page = draft()
    page.clock.install()  # no pause ends by itself
    page.route(UPLOAD, lambda route: route.abort(), times=1)
    pick(page, photo("one.jpg"))
    page.locator("[data-state=offline]").get_by_role("button", name="Try again").click()
    expect(page.locator("[data-state=offline]")).to_have_count(0)
    page.clock.resume()
    expect(tiles(page)).to_have_count(1)


def test_an_answer_that_was_lost_stores_nothing_twice(
    draft: Callable[..., Page], maker: Person, watch: Watch
) -> None:
    watch.expect("ERR_FAILED")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page = draft()
    page.route(PIECES, lose, times=1)
    with saves(page):
        pick(page, photo("one.jpg"))
    expect(tiles(page)).to_have_count(1)
    assert saved(maker, page) == order(page)
    assert maker.api.get("/api/upload/usage").json()["files"] == 1


def test_what_was_lost_goes_on_when_the_network_is_back(draft: Callable[..., Page], watch: Watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED")
    page = draft()
    page.context.set_offline(True)
    pick(page, photo("one.jpg"), photo("two.jpg"))
    expect(page.locator("[data-state=offline]")).to_have_count(2)
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


def test_who_stays_to_wait_for_an_upload_can_save_afterwards(draft: Callable[..., Page]) -> None:
    page = draft()
    held: list[Route] = []
    page.route(UPLOAD, lambda route: held.append(route))
    pick(page, photo("one.jpg"))
    expect(page.locator("[data-state=uploading], [data-state=checking]")).to_have_count(1)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_label("Title").fill("A chair")
    save = page.get_by_role("button", name="Save draft")
    save.click()
    expect(save).not_to_have_attribute("aria-busy", "true")
    held[0].continue_()
    expect(tiles(page)).to_have_count(1)
    save.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A chair")


def test_nothing_is_added_or_opened_behind_the_editor(draft: Callable[..., Page]) -> None:
    page = draft()
    pick(page, photo("one.jpg"))
    page.locator("[data-edit]").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    prevented = page.evaluate(
        """() => ["dragover", "drop", "paste"].map((kind) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(["x"], "behind.png", { type: "image/png" }));
          const init = { bubbles: true, cancelable: true };
          const event = kind === "paste"
            ? new ClipboardEvent(kind, { ...init, clipboardData: transfer })
            : new DragEvent(kind, { ...init, dataTransfer: transfer });
          return !document.getElementById("editor").dispatchEvent(event);
        })"""
    )
    assert prevented == [True, True, False]
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_text("behind.png")).to_have_count(0)
