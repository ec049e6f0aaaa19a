"""Fixtures of the tests in a real browser: a site, pages on every screen, and a watch over all of them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from config.tests.browser.chromium import SCREENS, launched, missing
from config.tests.browser.site import Person, Site, running
from config.tests.browser.watch import Watch

HERE = Path(__file__).parent
WATCH = pytest.StashKey[Watch]()

OpenPage = Callable[..., Page]

expect.set_options(
    timeout=15_000
)  # of its own, 5 s: the API's documentation takes that long on a busy machine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of this folder, and leaves them out where there is no browser."""
    left_out = missing()
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if left_out:
                item.add_marker(pytest.mark.skip(reason=left_out))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A test in which the browser tells of a fault fails, whatever it asserts itself."""
    watch = item.stash.get(WATCH, Watch())
    try:
        yield
    except BaseException:
        item.add_report_section("call", "browser", "\n".join(watch.faults))
        raise
    watch.check()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that the tests of one process share."""
    static = Path(settings.VITRINE_SPOOL_DIR).parent / "static"  # all processes of a run share it
    with running(tmp_path_factory.mktemp("site"), static) as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser that the tests of one process share; each test has contexts of its own in it."""
    # Playwright keeps an event loop in this thread, and Django would take that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with launched() as started:
        yield started


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> Watch:
    """What went wrong in the browser; tests tell it what they expect."""
    node: pytest.Item = request.node
    return node.stash.setdefault(WATCH, Watch())


@pytest.fixture
def open_page(browser: Browser, site: Site, watch: Watch) -> Iterator[OpenPage]:
    """Opens an empty page in a fresh context: open_page(screen="wide", scripts=True, dark=False, **more).

    `screen` is a key of SCREENS; `more` goes to Playwright's new_context. Addresses are those of the site.
    """
    contexts = []

    def open_page(screen: str = "wide", *, scripts: bool = True, dark: bool = False, **more: Any) -> Page:
        context = browser.new_context(
            base_url=site.url,
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            timezone_id="UTC",
            **SCREENS[screen] | more,
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        watch.over(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page on a wide screen."""
    return open_page()


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A page on a phone, with touch."""
    return open_page("phone")


@pytest.fixture
def plain(open_page: OpenPage) -> Page:
    """A page without scripts."""
    return open_page(scripts=False)


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


@pytest.fixture
def person(site: Site) -> Person:
    """Somebody with an account and nothing else."""
    return site.join()
