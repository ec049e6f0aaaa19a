"""Cutting uploads off in their middle, and looking at what is sent and left."""

from urllib.parse import urljoin, urlsplit

from playwright.sync_api import FilePayload, Page, Request, Response, Route, expect

from config.tests.browser.making import PIECES, UPLOAD
from config.tests.browser.site import Person

PIECE = 1024 * 1024  # bytes, as the pages send them
STOPPED = "[data-state=offline]"


def add(page: Page, *files: FilePayload) -> None:
    page.set_input_files("#add", list(files))


def cut_after_the_first_piece(page: Page) -> None:
    """From now on the first piece arrives, and nothing after it."""
    pieces: list[Route] = []

    def answer(route: Route) -> None:
        pieces.append(route)
        if len(pieces) > 1:
            route.abort()
        else:
            route.continue_()

    page.route(PIECES, answer)


def begun(page: Page, file: FilePayload) -> str:
    """Begins an upload, of which one piece arrives; gives its path."""
    cut_after_the_first_piece(page)
    with page.expect_response(UPLOAD) as answer:
        add(page, file)
    expect(page.locator(STOPPED)).to_be_visible()
    return path_of(answer.value)


def path_of(announced: Response) -> str:
    return urlsplit(urljoin(announced.url, announced.headers["location"])).path


def requests_of(page: Page) -> list[Request]:
    """Will hold what the page asks of uploads from now on."""
    found: list[Request] = []
    page.on("request", lambda request: found.append(request) if "/api/upload/tus" in request.url else None)
    return found


def offsets(requests: list[Request]) -> list[int]:
    return [int(asked.headers["upload-offset"]) for asked in requests if asked.method == "PATCH"]


def remembered(page: Page) -> list[str]:
    names: list[str] = page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('upload '))")
    return names


def count(person: Person) -> int:
    return int(person.api.get("/api/upload/usage").json()["files"])
