"""What holds on every page: it shuts nobody out, fits the narrowest screen, and needs no script."""

import pytest
from playwright.sync_api import Page

from config.tests.browser.audit import axe
from config.tests.browser.conftest import OpenPage
from config.tests.browser.site import Site
from config.tests.browser.stage import OF_OTHERS, OPEN, OWN, Stage, set_up

WIDER = "document.documentElement.scrollWidth > innerWidth"
# The one thing that a page may be wider for is scrolled within its own box.


@pytest.fixture(scope="module")
def stage(site: Site) -> Stage:
    return set_up(site)


def visit(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, f"{path}: {answer.status}"


def faults(page: Page, stage: Stage, paths: tuple[str, ...]) -> dict[str, list[str]]:
    found = {}
    for template in paths:
        visit(page, stage.path(template))
        found[template] = axe(page) + (["wider than the screen"] if page.evaluate(WIDER) else [])
    return {path: each for path, each in found.items() if each}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("screen", ["wide", "narrow"])
def test_no_page_shuts_a_visitor_out(open_page: OpenPage, stage: Stage, screen: str, dark: bool) -> None:
    assert faults(open_page(screen, dark=dark), stage, OPEN) == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("screen", ["wide", "narrow"])
def test_no_page_shuts_its_owner_out(
    site: Site, open_page: OpenPage, stage: Stage, screen: str, dark: bool
) -> None:
    page = open_page(screen, dark=dark)
    site.sign_in(page, stage.owner)
    assert faults(page, stage, OWN) == {}


def test_no_page_shuts_somebody_else_out(site: Site, open_page: OpenPage, stage: Stage) -> None:
    page = open_page("narrow")
    site.sign_in(page, stage.other)
    assert faults(page, stage, OF_OTHERS) == {}


def test_a_page_that_is_not_there_shuts_nobody_out(open_page: OpenPage, stage: Stage) -> None:
    page = open_page("narrow", dark=True)
    page.set_extra_http_headers({"Accept": "text/html"})
    answer = page.request.get("/nowhere")
    assert answer.status == 404
    page.set_content(answer.text())
    assert [fault for fault in axe(page) if not fault.startswith("color-contrast")] == []
