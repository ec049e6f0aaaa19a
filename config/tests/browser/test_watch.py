"""A test fails when the browser tells of a fault, unless it expects it."""

import pytest
from playwright.sync_api import Page, Route

from config.tests.browser.watch import Watch

STRICT = "default-src 'none'; script-src 'nonce-known' 'strict-dynamic'; style-src 'self'"
INLINE = {
    "script": "<script>document.title = 'ran'</script>",
    "handler": "<img src='data:,' onerror=\"document.title = 'ran'\">",
    "style": "<p style='color: red'>red</p>",
}


def serve(page: Page, body: str, status: int = 200) -> None:
    """Makes the address /made of this page answer with a body under a strict policy."""
    headers = {"Content-Type": "text/html", "Content-Security-Policy": STRICT}
    made = f"<!doctype html><title>made</title><link rel=icon href=data:,>{body}"

    def answer(route: Route) -> None:
        route.fulfill(status=status, headers=headers, body=made)

    page.route("**/made", answer)


@pytest.mark.parametrize("kind", INLINE)
def test_an_inline_part_is_caught_and_does_not_run(page: Page, watch: Watch, kind: str) -> None:
    watch.expect("data:,")  # an empty picture is forbidden as well
    serve(page, INLINE[kind])
    page.goto("/made")
    with pytest.raises(AssertionError, match="content policy"):
        watch.check()
    watch.faults.clear()
    assert page.title() == "made"


def test_an_error_in_a_script_is_caught(page: Page, watch: Watch) -> None:
    serve(page, "<script nonce=known>nobody.home()</script>")
    page.goto("/made")
    with pytest.raises(AssertionError, match=r"uncaught: .*nobody"):
        watch.check()
    watch.faults.clear()


def test_a_broken_answer_is_caught(page: Page, watch: Watch) -> None:
    serve(page, "broken", status=503)
    page.goto("/made")
    with pytest.raises(AssertionError, match="answer 503: GET"):
        watch.check()
    watch.faults.clear()


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="to fail it is what the watch is for")
def test_a_fault_fails_a_test_that_asserts_nothing(page: Page) -> None:
    serve(page, INLINE["script"])
    page.goto("/made")


def test_what_is_expected_is_no_fault(page: Page, watch: Watch) -> None:
    watch.expect("status of 404")
    page.goto("/nowhere")
    watch.check()
