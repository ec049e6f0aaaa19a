"""A picture of several pieces, and a page where uploads of it are cut off."""

import pytest
from playwright.sync_api import FilePayload, Page

from config.tests.browser.resuming.cutting import PIECE
from config.tests.browser.site import Person, Site
from config.tests.browser.watch import Watch
from uploads_app.tests.image_factories import jpeg_bytes


@pytest.fixture
def large() -> FilePayload:
    """A picture of more than two pieces."""
    picture = jpeg_bytes((2400, 1900), noisy=True, comment=b"large")
    assert len(picture) > 2 * PIECE
    return {"name": "large.jpg", "mimeType": "image/jpeg", "buffer": picture}


@pytest.fixture
def files_page(site: Site, person: Person, page: Page, watch: Watch) -> Page:
    """My files, where this test may cut what it likes."""
    watch.expect("ERR_FAILED")
    site.sign_in(page, person)
    page.goto("/files/")
    page.on("dialog", lambda dialog: dialog.accept())
    return page
