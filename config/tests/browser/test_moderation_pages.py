"""The pages of staff about one file and about all: they shut nobody out, and fit every screen."""

import pytest

from config.tests.browser.audit import axe
from config.tests.browser.conftest import OpenPage
from config.tests.browser.site import Person, Site
from config.tests.browser.stage import Stage, set_up
from uploads_app.tests.moderation.pictures import jpeg, scene

WIDER = "document.documentElement.scrollWidth > innerWidth"
PAGES = (
    "/admin/uploads_app/uploadedfile/{file}/change/",
    "/admin/uploads_app/uploadedfile/dashboard/",
    "/admin/uploads_app/uploadedfile/{file}/ban/",
    "/admin/uploads_app/bannedpicture/",
)


@pytest.fixture(scope="module")
def stage(site: Site) -> Stage:
    return set_up(site)


@pytest.fixture(scope="module")
def chief(site: Site, stage: Stage) -> Person:
    """Somebody of the staff; the file that they look at was reported, and has a copy."""
    copied = stage.owner.api.get(f"/api/upload/{stage.file}").raise_for_status().content
    stage.other.upload(copied)
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


def test_a_lead_bans_a_picture_with_its_copy_and_lifts_the_ban_without_scripts(
    site: Site, open_page: OpenPage, stage: Stage, chief: Person
) -> None:
    page = open_page(scripts=False)
    site.sign_in(page, chief)
    picture = jpeg(scene())
    file = stage.owner.upload(picture)
    stage.other.upload(picture)
    page.goto(PAGES[0].format(file=file))
    page.get_by_role("link", name="Reject and ban").click()
    assert page.get_by_role("checkbox", checked=True).count() == 1
    page.get_by_label("Reason").select_option("stolen")
    page.get_by_role("button", name="Reject and ban").click()
    assert page.get_by_text("Rejected, and banned").is_visible()
    assert page.get_by_text("1 file rejected.").is_visible()
    page.get_by_text("Lift the ban").first.click()
    page.get_by_label("Why it is lifted").fill("A mistake.")
    page.get_by_role("button", name="Lift the ban").click()
    assert page.get_by_text("The ban is lifted.").is_visible()
