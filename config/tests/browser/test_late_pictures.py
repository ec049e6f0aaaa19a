"""Pictures whose size is still being made when the page is there."""

from playwright.sync_api import Page, Route

from config.tests.browser.site import Person, Site
from config.tests.browser.watch import Watch
from uploads_app.tests.image_factories import jpeg_bytes

LOADED = "(image) => image.complete && image.naturalWidth > 0"


def test_a_picture_that_is_still_being_made_is_asked_for_again(
    site: Site, page: Page, person: Person, watch: Watch
) -> None:
    watch.expect("503")
    file_id = person.upload(jpeg_bytes((640, 480), noisy=True))
    asked: list[str] = []

    def busy_at_first(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) <= 2:
            route.fulfill(status=503, headers={"Retry-After": "2"})
        else:
            route.continue_()

    page.route(f"**/api/upload/{file_id}**", busy_at_first)
    site.sign_in(page, person)
    page.goto(f"/files/{file_id}")
    image = page.locator("main .picture picture img").first
    page.wait_for_function(LOADED, arg=image.element_handle(), timeout=30_000)
    assert len(asked) >= 3
