"""Looking around as people do it: more gigs, back to them, leafing, the lightbox, and all without scripts."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect

from config.tests.browser.audit import axe
from config.tests.browser.conftest import OpenPage
from config.tests.browser.site import Person, Site
from config.tests.browser.watch import Watch
from uploads_app.tests.image_factories import jpeg_bytes

PER_PAGE = 24
SHOWN = 27  # gigs of the shelf: a page, and three more


def publish(person: Person, title: str, price: Decimal, tag: str, files: list[str]) -> None:
    """A gig in public, as the API makes it."""
    words = {"title": title, "price": str(price), "tags": [tag], "description": "First line.\n\nLast line."}
    gig = person.api.post("/api/gigs", json=words).raise_for_status().json()["id"]
    person.api.put(f"/api/upload/gig-images/{gig}", json={"file_ids": files}).raise_for_status()
    person.api.post(f"/api/gigs/{gig}/publish").raise_for_status()


@pytest.fixture(scope="module")
def shelf(site: Site) -> str:
    """The tag of many gigs of one person, the oldest of which costs least; each has three pictures."""
    person = site.join("shelf")
    pictures = [jpeg_bytes((640 + n, 480), noisy=True) for n in range(3)]
    files = [person.upload(data, category="gig", alt_text=f"View {n}") for n, data in enumerate(pictures)]
    for n in range(SHOWN):
        publish(person, f"Offer {n}", Decimal(10 + n), person.name, files)
    return person.name


def cards(page: Page) -> Locator:
    return page.locator("#gigs > .card:not(.skeleton)")


def more(page: Page) -> Locator:
    return page.get_by_role("link", name="Show more")


def test_more_gigs_come_in_place_and_are_there_after_going_back(page: Page, shelf: str) -> None:
    page.goto(f"/?tag={shelf}")
    expect(cards(page)).to_have_count(PER_PAGE)
    more(page).click()
    expect(cards(page)).to_have_count(SHOWN)
    expect(page.locator(":focus")).to_have_text("Offer 2")
    expect(page.locator("#announcer")).to_have_text("3 more gigs")
    expect(more(page)).to_have_count(0)

    page.get_by_role("link", name="Offer 1", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Offer 1")
    page.go_back()

    expect(cards(page)).to_have_count(SHOWN)
    expect(page.get_by_role("link", name="Offer 1", exact=True)).to_be_in_viewport()


def test_gigs_that_did_not_come_are_told_and_come_on_another_try(
    page: Page, shelf: str, watch: Watch
) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED")
    page.goto(f"/?tag={shelf}")
    page.context.set_offline(True)
    more(page).click()
    expect(page.get_by_role("alert")).to_contain_text("did not come")
    expect(cards(page)).to_have_count(PER_PAGE)

    page.context.set_offline(False)
    more(page).click()
    expect(cards(page)).to_have_count(SHOWN)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_an_order_is_shown_as_soon_as_it_is_chosen(page: Page, shelf: str) -> None:
    page.goto(f"/?tag={shelf}")
    page.get_by_label("Order").select_option("Price, low to high")

    expect(cards(page).first).to_contain_text("Offer 0")
    assert page.url.endswith(f"/?tag={shelf}&ordering=price")


def test_a_card_is_leafed_through_by_the_mouse(page: Page, shelf: str) -> None:
    page.goto(f"/?tag={shelf}")
    card = cards(page).first
    box = card.locator(".gig-card-pictures").bounding_box()
    assert box
    for share, place in ((0.1, 0), (0.5, 1), (0.9, 2)):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 50)
        expect(card.locator(".gig-card-dots span").nth(place)).to_have_class("on")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 50)
    expect(page.get_by_role("heading", level=1)).to_have_text("Offer 26")


def test_on_a_phone_a_touch_on_a_card_s_picture_opens_its_gig(phone: Page, shelf: str) -> None:
    phone.goto(f"/?tag={shelf}")
    card = cards(phone).first
    expect(card.locator(".gig-card-dots span")).to_have_count(3)
    box = card.bounding_box()
    assert box
    phone.touchscreen.tap(box["x"] + 100, box["y"] + 100)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Offer 26")


def test_on_a_phone_a_swipe_shows_the_next_picture(phone: Page, shelf: str) -> None:
    phone.goto(f"/?tag={shelf}")
    card = cards(phone).first
    box = card.locator(".gig-card-pictures").bounding_box()
    assert box
    start, y = box["x"] + 0.8 * box["width"], box["y"] + 80
    fingers = phone.context.new_cdp_session(phone)
    fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": start, "y": y}]})
    for step in range(1, 9):
        point = {"x": start - 20 * step, "y": y}
        fingers.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    expect(card.locator(".gig-card-dots span").nth(1)).to_have_class("on")
    assert "/gigs/" not in phone.url


def test_the_lightbox_is_led_by_the_keyboard(open_page: OpenPage, shelf: str) -> None:
    page = open_page(reduced_motion="reduce")  # keys count once it has opened: at once, without motion
    page.goto(f"/?tag={shelf}")
    cards(page).first.get_by_role("link").click()
    page.locator(".gallery-link").first.press("Enter")
    counter = page.locator(".pswp__counter")
    expect(counter).to_have_text("1 / 3")
    page.keyboard.press("ArrowRight")
    expect(counter).to_have_text("2 / 3")
    page.keyboard.press("Escape")

    expect(page.locator(".pswp")).to_have_count(0)
    expect(page.locator(".gallery-thumbs [aria-current]")).to_have_attribute("href", "#picture-2")
    expect(page.locator(":focus")).to_have_class("gallery-link")


def test_all_of_it_works_without_scripts(plain: Page, shelf: str) -> None:
    plain.goto(f"/?tag={shelf}")
    more(plain).click()
    expect(cards(plain)).to_have_count(SHOWN - PER_PAGE)
    plain.get_by_role("link", name="Back to the start").click()
    expect(cards(plain)).to_have_count(PER_PAGE)
    plain.get_by_text("Price", exact=True).click()
    plain.get_by_label("From").fill("35")
    plain.locator(".market-price").get_by_role("button", name="Show").click()
    expect(cards(plain)).to_have_count(2)
    cards(plain).first.get_by_role("link").click()
    plain.get_by_role("link", name="Picture 3 of 3").click()
    expect(plain.get_by_alt_text("View 2").last).to_be_in_viewport()
    largest = plain.locator(".gallery-link").nth(2).get_attribute("href")
    assert plain.request.get(f"{largest}").headers["content-type"].startswith("image/")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("screen", ["wide", "phone"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_nobody_is_shut_out(
    open_page: OpenPage, site: Site, shelf: str, screen: str, dark: bool, signed_in: bool
) -> None:
    page = open_page(screen, dark=dark)
    if signed_in:
        site.sign_in(page, site.join())
    found = []
    for path in (f"/?tag={shelf}", "/?search=nothing-like-it&min_price=abc", f"/people/{shelf}/"):
        page.goto(path)
        found += axe(page)
    page.get_by_role("link", name="Offer 26", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Offer 26")
    found += axe(page)
    if signed_in:
        page.get_by_text("Report a picture").click()
        page.get_by_role("link", name="Report picture 1").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Report a picture")
        found += axe(page)
    assert found == []


def test_a_printed_gig_is_dark_on_light_and_has_all_its_pictures(open_page: OpenPage, shelf: str) -> None:
    page = open_page(dark=True)
    page.goto(f"/?tag={shelf}")
    page.get_by_role("link", name="Offer 20", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Offer 20")
    page.set_viewport_size({"width": 794, "height": 1123})
    page.emulate_media(media="print", color_scheme="dark")
    ink = page.evaluate("() => getComputedStyle(document.body).color")
    assert float(ink.removeprefix("oklch(").split()[0]) < 0.5, ink
    pictures = page.locator(".gallery-strip > li")
    expect(pictures).to_have_count(3)
    for place in range(3):
        box = pictures.nth(place).bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= 794 - box["width"]


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(seconds=50), "50 seconds ago"),
        (timedelta(minutes=59, seconds=45), "1 hour ago"),
        (timedelta(hours=23, minutes=50), "yesterday"),
        (timedelta(days=364), "last year"),
    ],
)
def test_times_are_told_in_the_unit_they_are_rounded_to(
    page: Page, shelf: str, after: timedelta, words: str
) -> None:
    page.goto(f"/?tag={shelf}")
    gig = page.get_by_role("link", name="Offer 20", exact=True).get_attribute("href") or ""
    page.goto(gig)
    time = page.locator("time[data-relative]")
    published = datetime.fromisoformat(time.get_attribute("datetime") or "")
    page.clock.set_fixed_time(published + after)
    page.reload()
    expect(time).to_have_text(words)
