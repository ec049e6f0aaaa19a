#!/usr/bin/env python
"""Pictures of the pages, taken from the demo in Chromium.

    make pictures                                  # those of the README
    .venv/bin/python docs/images/take.py FOLDER    # every page: wide, on a phone, light and dark

Needs Chromium and `deploy/assets.sh --dev`. Starts a site of its own and ends it.
"""

import logging
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks.demo_site import demo_site
from config.tests.browser.chromium import SCREENS, launched
from config.tests.browser.site import Person, Site
from gigs.demo.cast import STAFF
from gigs.demo.making import PASSWORD

SOMEBODY = "kenji"  # of the demo's people
NOBODY = ""
_FILES = "/admin/uploads_app/uploadedfile/"


@dataclass(frozen=True)
class Shot:
    """One page: how to come there from the marketplace, and who is signed in."""

    name: str
    come: Callable[[Page], object]
    who: str = SOMEBODY


def _some_gig(page: Page) -> None:
    page.goto("/?search=architecture")
    page.locator("main .cover-link").first.click()
    page.wait_for_url("**/gigs/*-*/")


def _own_gig(page: Page) -> None:
    page.goto("/gigs/")
    page.locator("main a[href$='/edit']").first.click()
    page.wait_for_url("**/edit")


def _editor(page: Page) -> None:
    _own_gig(page)
    page.locator("[data-file-id] a", has_text="Edit").first.click()
    page.wait_for_timeout(1500)


def _own_file(page: Page) -> None:
    page.goto("/files/")
    page.locator("main a[href^='/files/'][href*='-']").first.click()
    page.wait_for_url("**/files/*-*/")


def _staff_file(page: Page) -> None:
    page.goto(f"{_FILES}queue/")
    page.locator("[data-stage] h2 a").click()
    page.wait_for_url("**/change/**")


SHOTS = (
    Shot("marketplace", lambda page: page.goto("/"), who=NOBODY),
    Shot("marketplace-none", lambda page: page.goto("/?search=xyzzy"), who=NOBODY),
    Shot("gig", _some_gig, who=NOBODY),
    Shot("profile", lambda page: page.goto(f"/people/{SOMEBODY}/"), who=NOBODY),
    Shot("login", lambda page: page.goto("/login"), who=NOBODY),
    Shot("register", lambda page: page.goto("/register"), who=NOBODY),
    Shot("reset", lambda page: page.goto("/password/reset"), who=NOBODY),
    Shot("nothing", lambda page: page.goto("/nowhere"), who=NOBODY),
    Shot("my-gigs", lambda page: page.goto("/gigs/")),
    Shot("new-gig", lambda page: page.goto("/gigs/new")),
    Shot("edit-gig", _own_gig),
    Shot("editor", _editor),
    Shot("files", lambda page: page.goto("/files/")),
    Shot("file", _own_file),
    Shot("buddies", lambda page: page.goto("/buddies/")),
    Shot("account", lambda page: page.goto("/account/")),
    Shot("password", lambda page: page.goto("/account/password")),
    Shot("delete-account", lambda page: page.goto("/account/delete")),
    Shot("staff", lambda page: page.goto("/admin/"), who=STAFF),
    Shot("queue", lambda page: page.goto(f"{_FILES}queue/"), who=STAFF),
    Shot("queue-rejected", lambda page: page.goto(f"{_FILES}queue/?state=rejected"), who=STAFF),
    Shot("queue-none", lambda page: page.goto(f"{_FILES}queue/?owner=nobody"), who=STAFF),
    Shot("staff-file", _staff_file, who=STAFF),
    Shot("dashboard", lambda page: page.goto(f"{_FILES}dashboard/"), who=STAFF),
    Shot("reports", lambda page: page.goto("/admin/uploads_app/report/"), who=STAFF),
    Shot("events", lambda page: page.goto("/admin/uploads_app/moderationevent/"), who=STAFF),
)
OF_THE_README = {"marketplace": False, "gig": False, "editor": True, "queue": False}  # by name: dark or not


def take(
    browser: Browser, site: Site, shot: Shot, target: Path, *, screen: str, dark: bool, whole: bool
) -> None:
    """Comes to a page and writes its picture."""
    context = browser.new_context(
        reduced_motion="reduce",
        base_url=site.url,
        color_scheme="dark" if dark else "light",
        locale="en-GB",
        **SCREENS[screen],
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    if shot.who:
        site.sign_in(page, Person(shot.who, PASSWORD, httpx.Client()))
    shot.come(page)
    page.wait_for_load_state("networkidle")
    if whole:  # what is lazy comes into view once
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        page.wait_for_timeout(400)
        page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_timeout(400)
    page.screenshot(path=target, full_page=whole)
    with Image.open(target) as taken:  # 256 colours: a third of the bytes, and nobody sees it
        taken.convert("RGB").quantize(256, dither=Image.Dither.FLOYDSTEINBERG).save(target, optimize=True)
    context.close()


def main() -> None:
    logging.disable(logging.INFO)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as home, demo_site(Path(home)) as site, launched() as browser:
        if folder is None:
            for shot in SHOTS:
                if shot.name in OF_THE_README:
                    target = Path(__file__).parent / f"{shot.name}.png"
                    take(
                        browser, site, shot, target, screen="wide", dark=OF_THE_README[shot.name], whole=False
                    )
            return
        folder.mkdir(parents=True, exist_ok=True)
        for shot in SHOTS:
            for screen in ("wide", "phone"):
                for dark in (False, True):
                    name = f"{shot.name}-{screen}-{'dark' if dark else 'light'}.png"
                    try:
                        take(
                            browser,
                            site,
                            shot,
                            folder / name,
                            screen=screen,
                            dark=dark,
                            whole=screen == "phone",
                        )
                    except Exception as error:
                        print(f"{name}: {error}".splitlines()[0], file=sys.stderr)


if __name__ == "__main__":
    main()
