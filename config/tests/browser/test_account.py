"""Accounts and buddies in a real browser, with scripts and without."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from config.tests.browser.audit import axe
from config.tests.browser.conftest import OpenPage
from config.tests.browser.site import Person, Site
from config.tests.browser.watch import Watch
from uploads_app.tests.image_factories import jpeg_bytes
from users.tests.factories import PASSWORD

PHOTO: FilePayload = {
    "name": "me.jpg", "mimeType": "image/jpeg", "buffer": jpeg_bytes((300, 200), noisy=True),
}  # fmt: skip
NO_PHOTO: FilePayload = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}

OPEN_PAGES = ("/register", "/login", "/password/reset", "/password/reset/sent")
OWN_PAGES = ("/account/", "/account/picture", "/account/password", "/account/delete", "/buddies/")


def make_account(page: Page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("E-mail address").fill(f"{name}@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make account").click()


def send_picture(page: Page, picture: FilePayload) -> None:
    page.locator("#id_file").set_input_files(picture)
    page.get_by_role("button", name="Use this picture").click()


@pytest.fixture
def ada(site: Site) -> Person:
    return site.join("ada")


def test_a_picture_of_oneself_is_set_and_cropped(page: Page, watch: Watch) -> None:
    page.goto("/register?next=/account/picture")
    make_account(page, "picturer")
    page.wait_for_url("**/account/picture")

    watch.expect("status of 415")
    send_picture(page, NO_PHOTO)
    expect(page.get_by_role("alert")).to_have_text("Only JPEG, PNG and WebP pictures are accepted.")

    send_picture(page, PHOTO)
    editor = page.get_by_role("dialog", name="Crop your picture")
    expect(editor).to_contain_text("200 × 200 px")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor).to_be_hidden()
    expect(page.get_by_role("button", name="Shown now: me.jpg")).to_be_visible()
    expect(page.locator(".own-picture .avatar img")).to_be_visible()


def test_one_sees_a_password_and_it_is_hidden_when_it_is_sent(page: Page, ada: Person) -> None:
    page.goto("/login")
    password = page.get_by_label("Password", exact=True)
    password.fill(ada.password)
    page.get_by_role("button", name="Show password").click()
    expect(password).to_have_attribute("type", "text")
    page.get_by_label("Username").fill(ada.name)
    page.get_by_label("Username").press("Enter")
    page.wait_for_url("**/")
    expect(page.get_by_role("banner")).to_contain_text("New gig")


def test_a_download_leaves_its_button_ready(site: Site, page: Page, ada: Person) -> None:
    site.sign_in(page, ada)
    page.goto("/account/")
    button = page.get_by_role("button", name="Download everything")
    with page.expect_download() as download:
        button.click()
    assert download.value.suggested_filename == f"vitrine-{ada.name}.zip"
    expect(button).not_to_have_attribute("aria-busy", "true")


def test_a_buddy_is_added_and_taken_back_in_place(site: Site, page: Page, ada: Person) -> None:
    other = site.join("ben")
    site.sign_in(page, ada)
    page.goto(f"/people/{other.name}/")
    page.evaluate("window.stays = true")
    button = page.get_by_role("button", name=other.name)

    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_contain_text("Buddy")
    expect(page.locator("#announcer")).to_have_text(f"{other.name} is one of your buddies now.")
    assert ada.api.get("/api/buddies").json()["results"][0]["username"] == other.name

    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#announcer")).to_have_text(f"{other.name} is no longer one of your buddies.")
    assert ada.api.get("/api/buddies").json()["results"] == []
    assert page.evaluate("window.stays")


def test_whose_session_is_over_is_led_to_the_login(site: Site, page: Page, ada: Person, watch: Watch) -> None:
    other = site.join("ben")
    site.sign_in(page, ada)
    page.goto(f"/people/{other.name}/")
    page.context.clear_cookies(name="sessionid")
    watch.expect("status of 401")
    page.get_by_role("button", name=other.name).click()
    page.wait_for_url("**/login?next=*")


def test_all_of_it_works_without_scripts(site: Site, plain: Page, watch: Watch) -> None:
    other = site.join("ben")
    plain.goto("/register?next=/account/picture")
    make_account(plain, "plainly")
    expect(plain.get_by_text("Welcome, plainly.")).to_be_visible()

    watch.expect("status of 400")
    send_picture(plain, NO_PHOTO)
    expect(plain.get_by_role("alert")).to_have_text("Only JPEG, PNG and WebP pictures are accepted.")
    send_picture(plain, PHOTO)
    expect(plain.get_by_text("Your picture is changed.")).to_be_visible()
    plain.get_by_role("link", name="Crop").click()
    expect(plain.get_by_role("heading", name="me.jpg")).to_be_visible()

    plain.goto("/account/")
    plain.get_by_label("Headline").fill("Chairs by hand")
    plain.get_by_role("button", name="Save profile").click()
    expect(plain.get_by_text("Your profile is saved.")).to_be_visible()

    plain.goto(f"/people/{other.name}/")
    plain.get_by_role("button", name="Add buddy").click()
    expect(plain.get_by_role("button", name=f"Buddy {other.name}")).to_be_visible()

    plain.goto("/account/delete")
    plain.get_by_label("Your password").fill(PASSWORD)
    plain.get_by_role("button", name="Delete my account").click()
    expect(plain.get_by_text("Your account is gone")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("screen", ["wide", "narrow"])
def test_nothing_shuts_anybody_out(
    site: Site, open_page: OpenPage, ada: Person, watch: Watch, screen: str, dark: bool
) -> None:
    page = open_page(screen, dark=dark)
    found = {}
    for path in OPEN_PAGES:
        page.goto(path)
        found[path] = axe(page)
    watch.expect("status of 400")
    page.goto("/login")
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.locator("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found["refused"] = axe(page)

    site.sign_in(page, ada)
    other = site.join("ben")
    ada.api.put(f"/api/buddies/{other.name}").raise_for_status()
    for path in OWN_PAGES:
        page.goto(path)
        found[path] = axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert {path: faults for path, faults in found.items() if faults} == {}
