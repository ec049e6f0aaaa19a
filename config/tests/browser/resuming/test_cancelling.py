"""Uploads that their sender gives up, at any moment: nothing is left of them."""

import re
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from config.tests.browser.making import PIECES, UPLOAD, photo
from config.tests.browser.resuming.cutting import add, begun, count, path_of, remembered
from config.tests.browser.site import Person
from config.tests.browser.watch import Watch

FILE = re.compile(r"/api/upload/[0-9a-f-]{36}$")


def test_who_cancels_leaves_nothing(files_page: Page, person: Person, large: FilePayload) -> None:
    path = begun(files_page, large)
    files_page.unroute(PIECES)
    files_page.context.set_offline(False)
    with files_page.expect_response(lambda answer: answer.request.method == "DELETE"):
        files_page.get_by_role("button", name="Cancel").click()
    expect(files_page.locator("[data-uploads] > li")).to_have_count(0)
    assert person.api.get(path).status_code == 410
    assert remembered(files_page) == []
    assert count(person) == 0


def test_who_cancels_while_a_piece_is_on_its_way_leaves_nothing(
    files_page: Page, person: Person, large: FilePayload
) -> None:
    files_page.route(PIECES, lambda route: None if route.request.method == "PATCH" else route.continue_())
    with files_page.expect_response(UPLOAD) as answer, files_page.expect_request(PIECES):
        add(files_page, large)
    with files_page.expect_response(lambda answer: answer.request.method == "DELETE"):
        files_page.get_by_role("button", name="Cancel").click()
    path = path_of(answer.value)
    assert person.api.get(path).status_code == 410
    assert remembered(files_page) == []


@pytest.mark.parametrize("missing", ["answer", "library"])
def test_who_cancels_before_it_goes_on_leaves_nothing(
    files_page: Page, person: Person, large: FilePayload, missing: str
) -> None:
    path = begun(files_page, large)
    files_page.unroute(PIECES)
    if missing == "library":
        files_page.route("**/tus.min*.js", lambda _route: None)
        seen: Any = files_page.expect_response
    else:
        files_page.route(PIECES, lambda route: None if route.request.method == "GET" else route.continue_())
        seen = files_page.expect_request
    files_page.reload()
    with seen(PIECES):
        add(files_page, large)
    with files_page.expect_response(lambda answer: answer.request.method == "DELETE"):
        files_page.get_by_role("button", name="Cancel").click()
    assert person.api.get(path).status_code == 410
    assert remembered(files_page) == []


def test_who_cancels_while_the_last_answer_is_on_its_way_leaves_nothing(
    files_page: Page, person: Person, watch: Watch
) -> None:
    watch.expect("status of 409")  # it is a file already, which is deleted then
    files_page.route(PIECES, lambda route: None if route.request.method == "GET" else route.continue_())
    with files_page.expect_request(lambda asked: asked.method == "GET" and "/upload/tus/" in asked.url):
        add(files_page, photo("one.jpg"))
    assert count(person) == 1
    with files_page.expect_response(lambda answer: answer.request.method == "DELETE" and answer.ok):
        files_page.get_by_role("button", name="Cancel").click()
    assert count(person) == 0


def test_who_cancels_while_it_becomes_a_file_leaves_nothing(
    files_page: Page, person: Person, watch: Watch
) -> None:
    watch.expect("status of 404")  # it is no file yet
    watch.expect("status of 409")
    files_page.route(PIECES, lambda route: None if route.request.method == "GET" else route.continue_())
    with files_page.expect_request(lambda asked: asked.method == "GET" and "/upload/tus/" in asked.url):
        add(files_page, photo("one.jpg"))
    asked: list[Route] = []

    def not_at_first(route: Route) -> None:
        asked.append(route)
        if len(asked) == 1:
            route.fulfill(status=404, json={"status": 404, "code": "not_found", "title": "Not found"})
        else:
            route.continue_()

    files_page.route(FILE, not_at_first)
    with files_page.expect_response(lambda answer: answer.request.method == "DELETE" and answer.ok):
        files_page.get_by_role("button", name="Cancel").click()
    assert len(asked) == 2
    assert count(person) == 0
