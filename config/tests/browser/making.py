"""The page that makes a gig, as its tests take hold of it."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page

from config.tests.browser.site import Person
from uploads_app.tests.image_factories import jpeg_bytes

UPLOAD = "**/api/upload/tus"  # announces one
PIECES = "**/api/upload/tus/*"

_DROP = """([files]) => {
  const transfer = new DataTransfer();
  for (const [name, type, data] of files) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  for (const kind of ["dragover", "drop"]) {
    const event = new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true });
    document.querySelector("main").dispatchEvent(event);
  }
}"""


def drop(page: Page, *files: Path) -> None:
    """Lets files fall on the page, as from a folder beside it."""
    sent = [[file.name, "image/jpeg", base64.b64encode(file.read_bytes()).decode()] for file in files]
    page.evaluate(_DROP, [sent])


def pick(page: Page, *files: Any) -> None:
    """Chooses files in the field."""
    page.get_by_label("Add pictures").set_input_files(list(files))


def photo(name: str, seed: int = 1) -> FilePayload:
    """A picture for the file field; each `seed` gives other bytes."""
    size = (400 + seed, 300)
    return {"name": name, "mimeType": "image/jpeg", "buffer": jpeg_bytes(size, noisy=True)}


def tiles(page: Page) -> Any:
    return page.locator("[data-file-id]")


def order(page: Page) -> list[str]:
    found: list[str] = tiles(page).evaluate_all("all => all.map((tile) => tile.dataset.fileId)")
    return found


def saved(person: Person, page: Page) -> list[str]:
    """The pictures of the gig on this page as the API has them."""
    gig_id = page.url.split("/gigs/")[1].split("/")[0]
    images = person.api.get(f"/api/upload/gig-images/{gig_id}").json()["images"]
    return [image["file_id"] for image in images]


def saves(page: Page) -> Any:
    """Waits until a new order has been answered."""
    return page.expect_response(
        lambda answer: answer.request.method == "PUT" and "/gig-images/" in answer.url
    )


def carry(page: Page, start: int, end: int, *, until: Callable[[], bool]) -> None:
    """Drags one picture over another as people do: lets go once the others have made room.

    Tiles that are still on their way to their places take no notice of the mouse.
    """
    pictures = page.locator("[data-file-id] .tile-picture")
    (x, y), (to_x, to_y) = (_middle(pictures.nth(place)) for place in (start, end))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to_x, to_y, steps=20)
    for step in range(100):
        if until():
            break
        page.mouse.move(to_x + step % 3, to_y)
        page.wait_for_timeout(50)
    page.mouse.up()


def _middle(part: Locator) -> tuple[float, float]:
    box = part.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
