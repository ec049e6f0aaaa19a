"""The pages of staff about one file and about all: they shut nobody out, and fit every screen."""

import pytest

from config.tests.browser.audit import axe
from config.tests.browser.conftest import OpenPage
from config.tests.browser.site import Person, Site
from config.tests.browser.stage import Stage, set_up

WIDER = "document.documentElement.scrollWidth > innerWidth"
PAGES = (
    "/admin/uploads_app/uploadedfile/{file}/change/",
    "/admin/uploads_app/uploadedfile/dashboard/",
)


@pytest.fixture(scope="module")
def stage(site: Site) -> Stage:
    return set_up(site)


@pytest.fixture(scope="module")
def chief(site: Site, stage: Stage) -> Person:
    """Somebody of the staff; the file that they look at was reported."""
    said = {"reason": "stolen", "detail": "Mine, really."}
    stage.other.api.post(f"/api/upload/{stage.file}/report", json=said).raise_for_status()
    return site.hire("chief")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("screen", ["wide", "narrow"])
def test_no_page_of_moderation_shuts_staff_out(
    site: Site, open_page: OpenPage, stage: Stage, chief: Person, screen: str, dark: bool
) -> None:
    page = open_page(screen, dark=dark)
    site.sign_in(page, chief)
    found = {}
    for template in PAGES:
        answer = page.goto(stage.path(template))
        assert answer is not None
        assert answer.status == 200
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
        found[template] = axe(page) + (["wider than the screen"] if page.evaluate(WIDER) else [])
    assert found == {path: [] for path in PAGES}


def test_a_moderator_rejects_and_takes_it_back_without_scripts(
    site: Site, open_page: OpenPage, stage: Stage, chief: Person
) -> None:
    page = open_page(scripts=False)
    site.sign_in(page, chief)
    page.goto(stage.path(PAGES[0]))
    page.get_by_label("Reason", exact=True).select_option("stolen")
    page.get_by_role("button", name="Reject").click()
    assert page.get_by_text("Rejected. Its owner is told why.").is_visible()
    page.get_by_role("button", name="Undo my decision").click()
    assert page.get_by_text("Your decision is taken back.").is_visible()
