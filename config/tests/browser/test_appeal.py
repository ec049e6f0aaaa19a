"""An owner reads why a picture was rejected, appeals, and sees what came of it; with and without scripts."""

import pytest
from playwright.sync_api import expect

from config.tests.browser.audit import axe
from config.tests.browser.conftest import OpenPage
from config.tests.browser.site import Site
from uploads_app.tests.image_factories import jpeg_bytes

_DECIDE = """
from uploads_app.services.moderation.decide import Seen, approve, reject
from uploads_app.models import UploadedFile
from users.models import User
file = UploadedFile.objects.get(pk="{file}")
said = {{"file_id": file.pk, "by": User.objects.get(username="{by}"), "seen": Seen.of(file)}}
{how}
"""
_REJECT, _APPROVE = "reject(**said, reason='stolen', note='See the letter.')", "approve(**said)"


@pytest.mark.parametrize(("screen", "scripts"), [("phone", True), ("wide", False)])
def test_the_round_trip_of_an_appeal(site: Site, open_page: OpenPage, screen: str, scripts: bool) -> None:
    owner, staff = site.join("owner"), site.hire()
    file = owner.upload(jpeg_bytes((320, 240)), alt_text="A chair.")

    def decide(how: str) -> None:
        site.server.manage("shell", "-c", _DECIDE.format(file=file, by=staff.name, how=how))

    decide(_REJECT)
    page = open_page(screen, scripts=scripts)
    site.sign_in(page, owner)
    page.goto("/files/")
    page.get_by_role("link", name="Why, and what to do").click()
    panel = page.get_by_role("region", name="Why it was rejected")
    expect(panel).to_contain_text("it is somebody else's work")
    expect(panel).to_contain_text("See the letter.")
    if scripts:
        axe(page)
    panel.get_by_label("Why should it be shown?").fill("I made it.\nHere is the plan.")
    panel.get_by_role("button", name="Send appeal").click()
    expect(page.get_by_role("region", name="Why it is in review")).to_contain_text(
        "Your appeal is being looked at"
    )
    expect(page.get_by_role("button", name="Send appeal")).to_have_count(0)
    if scripts:
        axe(page)

    decide(_APPROVE)
    page.reload()
    expect(page.get_by_text("Approved", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Make a link")).to_be_visible()
