"""Staff at work in the queue: by keys, by plain forms, and with somebody else at the same file."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from config.tests.browser.audit import axe
from config.tests.browser.conftest import OpenPage
from config.tests.browser.moderating import DECIDE, DECIDED, QUEUE, copies, hire, queue_of, settled
from config.tests.browser.site import Person, Site
from config.tests.browser.watch import Watch
from uploads_app.tests.image_factories import jpeg_bytes


def test_a_moderator_clears_a_queue_of_fifty_by_keyboard(site: Site, page: Page, person: Person) -> None:
    copies(site, person, 50)
    site.sign_in(page, hire(site, "Moderators"))
    page.goto(queue_of(person))
    total = page.locator("[data-total-shown]")
    expect(total).to_have_text("50")
    for number in range(50):
        expect(total).to_have_text(str(50 - number))
        expect(page.locator("[data-stage] h2")).to_be_visible()  # the next page's rows come in time
        if number % 5 == 4:
            page.keyboard.press("r")
            page.keyboard.press("5")
        else:
            page.keyboard.press("a")
    expect(total).to_have_text("0")
    expect(page.get_by_text("No picture, or no further one")).to_be_visible()
    settled(page)
    states = site.server.manage("shell", "-c", DECIDED.format(name=person.name)).split()[-50:]
    assert (states.count("approved"), states.count("rejected")) == (40, 10)


def test_skip_undo_and_walking_move_between_pictures_and_change_only_what_is_decided(
    site: Site, page: Page, person: Person
) -> None:
    copies(site, person, 4)
    site.sign_in(page, hire(site, "Moderators"))
    page.goto(queue_of(person))
    name, total = page.locator("[data-stage] h2"), page.locator("[data-total-shown]")
    first = name.inner_text()
    page.keyboard.press("j")
    second = name.inner_text()
    assert second != first
    page.keyboard.press("ArrowLeft")
    expect(name).to_have_text(first)
    page.keyboard.press("s")
    expect(name).to_have_text(second)
    expect(total).to_have_text("4")
    page.keyboard.press("a")
    expect(total).to_have_text("3")
    page.keyboard.press("z")
    expect(name).to_have_text(second)
    expect(total).to_have_text("4")
    settled(page)
    page.keyboard.press("a")  # by the number that the undoing gave it
    settled(page)
    expect(page.locator("[data-notes] p")).to_have_count(0)
    states = site.server.manage("shell", "-c", DECIDED.format(name=person.name)).split()[-4:]
    assert states.count("approved") == 1


def test_what_was_skipped_is_said_to_wait_still(site: Site, page: Page, person: Person) -> None:
    copies(site, person, 2)
    site.sign_in(page, hire(site, "Moderators"))
    page.goto(queue_of(person))
    page.keyboard.press("s")
    page.keyboard.press("a")
    expect(page.get_by_text("What you skipped still waits.")).to_be_visible()
    expect(page.get_by_text("No picture, or no further one")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-total-shown]")).to_have_text("2")
    settled(page)
    page.keyboard.press("s")
    page.get_by_role("link", name="Look at it again").click()
    expect(page.locator("[data-rows] > li")).to_have_count(2)


def test_keys_pressed_before_the_page_is_drawn_again_go_to_the_picture_that_is_there(
    site: Site, page: Page, person: Person
) -> None:
    copies(site, person, 3)
    site.sign_in(page, hire(site, "Moderators"))
    page.goto(queue_of(person))
    page.evaluate(
        """() => {
            for (const key of ["r", "4", "r", "4"]) {
                const pressed = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
                document.activeElement.dispatchEvent(pressed);
            }
        }"""
    )
    settled(page)
    expect(page.locator("[data-total-shown]")).to_have_text("1")
    expect(page.locator("[data-notes] p")).to_have_count(0)
    states = site.server.manage("shell", "-c", DECIDED.format(name=person.name)).split()[-3:]
    assert states == ["rejected", "rejected", "unreviewed"]


def test_who_was_logged_out_is_told_and_after_another_login_nothing_is_lost(
    site: Site, page: Page, person: Person, watch: Watch
) -> None:
    watch.expect("status of 403")
    watch.expect("status of 401")  # a picture that the page was still loading
    copies(site, person, 3)
    staff = hire(site, "Moderators")
    site.sign_in(page, staff)
    page.goto(queue_of(person))
    other = page.context.new_page()
    other.goto("/admin/")
    other.locator("#logout-form button").click()
    other.wait_for_load_state("networkidle")
    notes, total = page.locator("[data-notes]"), page.locator("[data-total-shown]")
    page.keyboard.press("a")
    expect(notes).to_contain_text("You are logged out.")
    expect(total).to_have_text("3")
    site.sign_in(other, staff)
    page.keyboard.press("a")  # the form's token is that of the login before
    expect(notes).to_contain_text("Load its page anew")
    expect(total).to_have_text("3")
    notes.get_by_role("link", name="Load the queue anew").last.click()
    expect(notes.locator("p")).to_have_count(0)
    expect(page.get_by_role("button", name="Skip")).to_be_visible()  # scripts run
    page.keyboard.press("a")
    expect(total).to_have_text("2")
    settled(page)
    assert "approved" in site.server.manage("shell", "-c", DECIDED.format(name=person.name)).split()[-3:]


def test_no_key_acts_while_something_is_typed_or_with_a_modifier_or_once_turned_off(
    site: Site, page: Page, person: Person
) -> None:
    copies(site, person, 2)
    site.sign_in(page, hire(site, "Moderators"))
    page.goto(queue_of(person))
    total = page.locator("[data-total-shown]")
    page.locator(".filters summary").click() if not page.get_by_label("Owner's").is_visible() else None
    page.get_by_label("Owner's username").press("a")
    page.locator("[data-stage] h2").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    page.keyboard.press("a")
    dialog.get_by_label("Keys of one letter act").uncheck()
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("a")
    expect(total).to_have_text("2")
    states = site.server.manage("shell", "-c", DECIDED.format(name=person.name)).split()[-2:]
    assert states == ["unreviewed", "unreviewed"]


def test_somebody_else_was_first_is_told_in_words_and_the_focus_stays(
    site: Site, page: Page, person: Person, watch: Watch
) -> None:
    watch.expect("status of 409")
    copies(site, person, 2)
    site.sign_in(page, hire(site, "Moderators"))
    page.goto(queue_of(person))
    other = hire(site, "Moderators")
    site.server.manage("shell", "-c", DECIDE.format(name=other.name, owner=person.name))
    page.locator("[data-stage] [data-do=approve] button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-notes]")).to_contain_text("since you looked at it")
    expect(page.locator("[data-stage] [data-do=approve] button")).to_be_focused()


@pytest.fixture
def gig(site: Site) -> Callable[[Person], tuple[str, str]]:
    """Publishes a gig with one picture; gives its page and the picture's id."""

    def made(person: Person) -> tuple[str, str]:
        words = {"title": "Walks", "description": "Along the shore.", "price": "10.00", "tags": ["walks"]}
        gig_id = person.api.post("/api/gigs", json=words).raise_for_status().json()["id"]
        picture = {"file": ("picture.jpg", jpeg_bytes((640, 480), noisy=True))}
        answer = person.api.post("/api/upload/gig", files=picture, data={"gig_id": gig_id})
        person.api.post(f"/api/gigs/{gig_id}/publish").raise_for_status()
        return f"/gigs/{gig_id}", str(answer.raise_for_status().json()["file_id"])

    return made


def test_what_is_rejected_is_gone_for_visitors_at_once_and_back_when_approved(
    site: Site, page: Page, person: Person, gig: Callable[[Person], tuple[str, str]]
) -> None:
    path, file = gig(person)
    visitor = httpx.Client(base_url=site.url, follow_redirects=True, trust_env=False)
    shown = person.api.get(f"/api/upload/{file}/metadata").raise_for_status().json()["renditions"]
    addresses = [f"/api/upload/{file}", *{one["url"] for one in shown.values()}]
    assert {visitor.get(address).status_code for address in addresses} == {200}
    assert file in visitor.get(path).text

    site.sign_in(page, hire(site, "Moderators"))
    page.goto(queue_of(person))
    page.keyboard.press("r")
    with page.expect_response("**/reject"):
        page.keyboard.press("1")
    assert {visitor.get(address).status_code for address in addresses} <= {401, 404}
    assert file not in visitor.get(path).text

    page.goto(f"{queue_of(person)}&state=rejected")
    with page.expect_response("**/approve"):
        page.keyboard.press("a")
    assert {visitor.get(address).status_code for address in addresses} == {200}


def test_who_may_only_look_can_do_none_of_it(site: Site, page: Page, person: Person) -> None:
    copies(site, person, 2)
    site.sign_in(page, hire(site, ""))
    page.goto(queue_of(person))
    for key in ("a", "r", "1", "z", "x", "s"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(page.locator("[data-total-shown]")).to_have_text("2")
    states = site.server.manage("shell", "-c", DECIDED.format(name=person.name)).split()[-2:]
    assert states == ["unreviewed", "unreviewed"]


def test_without_scripts_forms_decide_on_one_and_on_several(site: Site, plain: Page, person: Person) -> None:
    copies(site, person, 4)
    site.sign_in(plain, hire(site, "Moderators"))
    plain.goto(queue_of(person))
    plain.locator("[data-stage]").get_by_role("button", name="Approve").click()
    expect(plain.locator(".messagelist")).to_contain_text("is approved.")
    row = plain.locator("[data-rows] > li").first
    row.locator("summary").click()
    row.get_by_label("Reason").select_option("spam")
    row.get_by_role("button", name="Reject").click()
    expect(plain.locator(".messagelist")).to_contain_text("is rejected.")
    for box in plain.get_by_role("checkbox").all():
        box.check()
    plain.locator("#bulk").get_by_role("button", name="Approve").click()
    expect(plain.locator(".messagelist")).to_contain_text("2 files approved.")
    expect(plain.get_by_text("Nothing here.")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("screen", ["wide", "phone"])
def test_everybody_of_the_staff_can_use_the_page(
    site: Site, open_page: OpenPage, person: Person, screen: str, dark: bool
) -> None:
    page = open_page(screen, dark=dark)
    copies(site, person, 3)
    site.sign_in(page, hire(site, "Moderation leads"))
    page.goto(queue_of(person))
    expect(page.locator("[data-stage] h2")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("r")
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{QUEUE}?owner=nobody")
    assert axe(page) == []
