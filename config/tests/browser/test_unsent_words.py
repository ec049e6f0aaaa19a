"""Words that were written and not sent: who leaves is asked first; who sends them is not."""

import pytest
from playwright.sync_api import Dialog, Page, expect

from config.tests.browser.site import Person, Site

FORMS = [("/gigs/new", "Title", "Save draft and add pictures"), ("/account/", "Headline", "Save profile")]


@pytest.mark.parametrize(("path", "label", "button"), FORMS)
def test_leaving_asks_first_and_sending_does_not(
    site: Site, page: Page, maker: Person, path: str, label: str, button: str
) -> None:
    asked = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    site.sign_in(page, maker)
    page.goto(path)
    field = page.get_by_label(label)
    field.fill("Chairs, by hand")
    page.get_by_role("link", name="Vitrine").click()
    expect(field).to_have_value("Chairs, by hand")
    assert asked == ["beforeunload"]
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()
    expect(page.get_by_label(label)).to_have_value("Chairs, by hand")
    assert asked == ["beforeunload"]
