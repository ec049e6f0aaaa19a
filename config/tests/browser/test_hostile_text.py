"""What people write never runs, in any field, on any page: the browser itself says so."""

import pytest
from playwright.sync_api import Dialog, Page

from config.tests.browser.conftest import OpenPage
from config.tests.browser.site import Site
from config.tests.browser.stage import OF_OTHERS, OPEN, OWN, set_up
from config.tests.browser.watch import Watch
from config.tests.payloads import PAYLOADS, joined

# As many at once as fit the shortest field that takes them.
BATCHES = list(joined(PAYLOADS, 80))


def refuse_dialogs(page: Page, watch: Watch) -> None:
    def opened(dialog: Dialog) -> None:
        watch.faults.append(f"a script ran: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", opened)


@pytest.mark.parametrize("part", range(4))
def test_nothing_that_people_write_runs(site: Site, open_page: OpenPage, watch: Watch, part: int) -> None:
    for batch in BATCHES[part::4]:
        text = "".join(batch)
        stage = set_up(site, title=text, text=text, tags=(text[:40],))
        for who, paths in ((None, OPEN), (stage.owner, OWN), (stage.other, OF_OTHERS)):
            page = open_page()
            refuse_dialogs(page, watch)
            if who:
                site.sign_in(page, who)
            for template in paths:
                answer = page.goto(stage.path(template), wait_until="domcontentloaded")
                assert answer is not None
                assert answer.status == 200, template
            page.goto("/?search=" + "".join(batch).replace("#", "%23").replace("&", "%26"))
            watch.check()
            page.context.close()
