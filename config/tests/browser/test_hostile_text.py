"""What people write never runs, in any field, on any page: the browser itself says so."""

from urllib.parse import quote

import pytest
from playwright.sync_api import Dialog, Page

from config.tests.browser.conftest import OpenPage
from config.tests.browser.site import Site
from config.tests.browser.stage import Stage, set_up
from config.tests.browser.watch import Watch
from config.tests.payloads import PAYLOADS, joined
from uploads_app.tests.image_factories import jpeg_bytes

# As many at once as fit the shortest field that takes them.
BATCHES = ["".join(batch) for batch in joined(PAYLOADS, 80)]
FOR_OTHERS = ("/", "/?search={text}", "{gig}", "/people/{owner}/", "/login?next={text}")
FOR_THE_OWNER = (
    "/gigs/{gig_id}/edit", "/gigs/", "/files/", "/files/{file}/", "/files/delete?file={file}", "/account/",
    "/account/picture", "/buddies/",
)  # fmt: skip


@pytest.fixture(scope="module")
def stage(site: Site) -> Stage:
    found = set_up(site)
    found.owner.api.put(f"/api/buddies/{found.other.name}").raise_for_status()
    return found


def write_everywhere(stage: Stage, text: str) -> None:
    """Both people write it wherever they may write something."""
    owner = stage.owner.api
    words = {"title": text, "description": text, "tags": [text[:40]]}
    owner.patch(f"/api/gigs/{stage.gig_id}", json=words).raise_for_status()
    owner.patch(
        f"/api/upload/{stage.file}/metadata", json={"alt_text": text, "caption": text}
    ).raise_for_status()
    for person in (stage.owner, stage.other):
        profile = dict.fromkeys(("display_name", "headline", "bio", "location"), text)
        person.api.patch("/api/users/me", json=profile).raise_for_status()
    sent = {"file": (text, jpeg_bytes((64, 48)))}
    owner.post("/api/upload/general", files=sent, data={"alt_text": text}).raise_for_status()


def looked_at(page: Page, stage: Stage, templates: tuple[str, ...], text: str) -> None:
    for template in templates:
        path = stage.path(template.replace("{text}", quote(text, safe="")))
        answer = page.goto(path, wait_until="domcontentloaded")
        assert answer is not None
        assert answer.status == 200, path


def tell_of_dialogs(page: Page, watch: Watch) -> Page:
    def opened(dialog: Dialog) -> None:
        watch.faults.append(f"a script ran: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", opened)
    return page


@pytest.mark.parametrize("half", [0, 1])
def test_nothing_that_people_write_runs(
    site: Site, open_page: OpenPage, stage: Stage, watch: Watch, half: int
) -> None:
    others, own = (tell_of_dialogs(open_page(), watch) for _ in range(2))
    site.sign_in(own, stage.owner)
    for text in BATCHES[half::2]:
        write_everywhere(stage, text)
        looked_at(others, stage, FOR_OTHERS, text)
        looked_at(own, stage, FOR_THE_OWNER, text)
        watch.check()


def test_a_script_that_ran_would_be_seen(open_page: OpenPage, watch: Watch) -> None:
    page = tell_of_dialogs(open_page(), watch)
    page.goto("/login")
    page.evaluate("alert('planted')")
    with pytest.raises(AssertionError, match="a script ran: planted"):
        watch.check()
    watch.faults.clear()
