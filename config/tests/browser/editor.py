"""The picture editor by itself, opened on a page of the site, and what its tests do with it."""

import io
from typing import Any

from django.template.loader import render_to_string
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from config.tests.browser.site import Person, Site
from uploads_app.tests.image_factories import encoded, exif_bytes, quadrants

_OPEN = """
async ([markup, options]) => {
  if (!document.getElementById("editor")) document.body.insertAdjacentHTML("beforeend", markup);
  const { openEditor } = await import("/static/js/lib/editor/editor.js");
  window.answer = openEditor(options);
}
"""

SIZE = (480, 320)


def quadrants_stored(orientation: int = 1, kind: str = "JPEG") -> bytes:
    """A picture with a colour in each corner, stored as it lies."""
    return encoded(quadrants(SIZE), kind, quality=95, exif=exif_bytes(orientation))


def open_editor(page: Page, site: Site, person: Person, file_id: str, **options: Any) -> Locator:
    """The dialog, shown on a page of the person's, with the picture in it. `options` go to openEditor."""
    site.sign_in(page, person)
    page.goto("/gigs/")
    dialog = call_editor(page, file_id, **options)
    expect(dialog.get_by_alt_text("The picture as it will be")).to_be_visible()
    return dialog


def call_editor(page: Page, file_id: str, **options: Any) -> Locator:
    """The dialog, opened on the page as it stands; the picture may still be on its way."""
    page.evaluate(_OPEN, [render_to_string("parts/editor.html"), {"fileId": file_id, **options}])
    return page.get_by_role("dialog")


def save(dialog: Locator) -> dict[str, Any]:
    """Presses Save; returns the FileMetadata that openEditor gave."""
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    saved: dict[str, Any] = answer(dialog.page)
    return saved


def answer(page: Page) -> Any:
    """What openEditor gave: a FileMetadata, or None where it was cancelled."""
    return page.evaluate("window.answer")


def drag(dialog: Locator, handle: str, to: tuple[float, float]) -> None:
    """Drags a handle of the frame to a point in 0..1 of the picture as it is seen."""
    view = dialog.locator("[data-editor=view]").bounding_box()
    start = dialog.locator(f"[data-handle='{handle}']").bounding_box()
    assert view is not None
    assert start is not None
    mouse = dialog.page.mouse
    mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    mouse.down()
    mouse.move(view["x"] + to[0] * view["width"], view["y"] + to[1] * view["height"], steps=4)
    mouse.up()


def choose(dialog: Locator, tool: str) -> None:
    """Opens a tool; with any but "Crop" the cut picture alone is seen."""
    dialog.get_by_role("tab", name=tool).click()


def seen(dialog: Locator) -> Image.Image:
    """The picture as the dialog shows it."""
    view = dialog.locator("[data-editor=clip]")
    return Image.open(io.BytesIO(view.screenshot(animations="disabled"))).convert("RGB")


def rendered(person: Person, file_id: str, preset: str = "w640") -> Image.Image:
    """The picture as the server renders it, as a JPEG."""
    url = person.api.get(f"/api/upload/{file_id}/metadata").json()["renditions"][preset]["url"]
    answer = person.api.get(url.replace(".webp", ".jpg")).raise_for_status()
    return Image.open(io.BytesIO(answer.content)).convert("RGB")
