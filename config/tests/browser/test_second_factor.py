"""Staff set up a second factor and log in with it, in a browser, without scripts as with them."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page

from config.tests.browser.audit import axe
from config.tests.browser.conftest import OpenPage
from config.tests.browser.site import Person, Site, running
from config.tests.browser.watch import Watch
from users.tests.second_factor import code_of

WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own, where staff need a second factor."""
    static = Path(settings.VITRINE_SPOOL_DIR).parent / "static"
    with running(tmp_path_factory.mktemp("staff"), static, VITRINE_ADMIN_2FA="true") as started:
        yield started


def judged(page: Page, *, scripts: bool) -> list[str]:
    """What is wrong with the page as it stands; nothing can be asked of one without scripts."""
    if not scripts:
        return []
    return axe(page) + (["wider than the screen"] if page.evaluate(WIDER) else [])


def log_in(page: Page, person: Person) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill(person.name)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Log in").click()


@pytest.mark.parametrize(
    ("screen", "dark", "scripts"), [("narrow", False, True), ("wide", True, True), ("wide", False, False)]
)
def test_staff_set_up_a_second_factor_and_log_in_with_it(
    site: Site, open_page: OpenPage, watch: Watch, screen: str, dark: bool, scripts: bool
) -> None:
    watch.expect("status of 400")  # of the wrong code
    page, person = open_page(screen, dark=dark, scripts=scripts), site.hire()
    found = {}

    log_in(page, person)
    page.get_by_role("heading", name="Set up your second factor").wait_for()
    found["set up"] = judged(page, scripts=scripts)
    shown = page.locator("code").inner_text()
    key = base64.b32decode(shown.replace("-", "")).hex()
    page.get_by_label("Code").fill(code_of(key))
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    found["codes"] = judged(page, scripts=scripts)
    codes = page.locator(".codes code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url(re.compile("/admin/$"))
    page.get_by_role("link", name="Second factor").click()
    found["recovery"] = judged(page, scripts=scripts)
    page.get_by_role("button", name="Log out").click()

    log_in(page, person)
    page.get_by_role("heading", name="Second factor").wait_for()
    found["code"] = judged(page, scripts=scripts)
    page.get_by_label("Code").fill("000000 000000")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("This code is not right").wait_for()
    found["refused"] = judged(page, scripts=scripts)
    page.wait_for_timeout(1100)  # a device waits a second after a mistake
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(re.compile("/admin/$"))
    assert {name: faults for name, faults in found.items() if faults} == {}
