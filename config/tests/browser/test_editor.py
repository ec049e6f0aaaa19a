"""The picture editor: what it shows is what the server renders."""

import pytest
from PIL import Image, ImageChops, ImageStat
from PIL.Image import Transpose
from playwright.sync_api import Page, expect

from config.tests.browser.audit import axe
from config.tests.browser.conftest import OpenPage
from config.tests.browser.editor import (
    SIZE,
    choose,
    drag,
    open_editor,
    quadrants_stored,
    rendered,
    save,
    seen,
)
from config.tests.browser.site import Person, Site
from uploads_app.tests.image_factories import encoded, quadrants


def gradient_png() -> bytes:
    """Every brightness of three colours from left to right, in sharp stripes from top to bottom."""
    ramp = Image.linear_gradient("L").rotate(90).resize(SIZE)
    stripes = Image.new("L", (1, 8))
    stripes.putdata([0, 40, 80, 120, 160, 200, 240, 255])
    return encoded(
        Image.merge("RGB", (ramp, stripes.resize(SIZE, Image.Resampling.NEAREST), ramp.rotate(180))), "PNG"
    )


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures' samples (0..255); their shapes must be alike to 2 %."""
    assert one.width / one.height == pytest.approx(other.width / other.height, rel=0.02)
    small = [picture.resize((60, 40), Image.Resampling.BOX) for picture in (one, other)]
    return max(ImageStat.Stat(ImageChops.difference(*small)).mean)


BUTTONS = {
    "Turn left": Transpose.ROTATE_90,
    "Turn right": Transpose.ROTATE_270,
    "Flip": Transpose.FLIP_LEFT_RIGHT,
}
LIES = {1: [], 3: [Transpose.ROTATE_180], 6: [Transpose.ROTATE_270]}  # what sets such pictures upright


@pytest.mark.parametrize(
    ("pressed", "orientation", "kind"),
    [
        ([], 1, "JPEG"),
        ([], 6, "JPEG"),
        (["Turn right"], 6, "JPEG"),
        (["Turn left"], 6, "JPEG"),
        (["Turn right", "Turn right"], 6, "PNG"),
        (["Flip"], 6, "WEBP"),
        (["Turn left"], 3, "WEBP"),
        (["Turn right", "Flip"], 6, "JPEG"),
        (["Flip", "Turn right"], 6, "JPEG"),
        (["Flip", "Turn left"], 1, "PNG"),
    ],
)
def test_what_is_framed_is_what_is_shown_and_rendered(
    page: Page,
    site: Site,
    person: Person,
    pressed: list[str],
    orientation: int,
    kind: str,
) -> None:
    file_id = person.upload(quadrants_stored(orientation, kind))
    dialog = open_editor(page, site, person, file_id)
    wanted = quadrants(SIZE)
    for turn in LIES[orientation]:
        wanted = wanted.transpose(turn)
    for button in pressed:
        dialog.get_by_role("button", name=button).click()
        wanted = wanted.transpose(BUTTONS[button])
    drag(dialog, "top left", (0.3, 0.1))
    drag(dialog, "bottom right", (0.9, 0.8))
    width, height = wanted.size
    wanted = wanted.crop((round(0.3 * width), round(0.1 * height), round(0.9 * width), round(0.8 * height)))
    choose(dialog, "Adjust")
    shown = seen(dialog)

    save(dialog)

    assert difference(shown, wanted) < 4
    assert difference(rendered(person, file_id), wanted) < 4


@pytest.mark.parametrize(
    "filters",
    [
        {"Brightness": 35}, {"Brightness": -40}, {"Contrast": 60}, {"Contrast": -50}, {"Saturation": 80},
        {"Saturation": -60}, {"Grayscale": True}, {"Sepia": True}, {"Invert": True}, {"Blur": 70},
        {"Sharpen": 100},
        {"Brightness": 20, "Contrast": 30, "Saturation": 40, "Sepia": True, "Invert": True, "Blur": 20},
    ],
)  # fmt: skip
def test_the_server_renders_the_colours_as_the_dialog_shows_them(
    page: Page, site: Site, person: Person, filters: dict[str, int | bool]
) -> None:
    file_id = person.upload(gradient_png())
    dialog = open_editor(page, site, person, file_id)
    choose(dialog, "Adjust")
    plain = seen(dialog)
    for label, value in filters.items():
        control = dialog.get_by_label(label)
        control.check() if value is True else control.fill(str(value))
    shown = seen(dialog)

    save(dialog)

    made = rendered(person, file_id)
    assert difference(shown, made) < 4
    assert ImageChops.difference(shown, plain).getbbox()


def test_a_crop_can_be_widened_again(page: Page, site: Site, person: Person) -> None:
    file_id = person.upload(quadrants_stored())
    crop = {"x": 0.5, "y": 0.5, "width": 0.5, "height": 0.5}
    person.api.put(f"/api/upload/{file_id}/edits", json={"crop": crop}).raise_for_status()
    dialog = open_editor(page, site, person, file_id)

    drag(dialog, "top left", (0, 0))

    assert save(dialog)["edits"] is None
    assert difference(quadrants(SIZE), rendered(person, file_id)) < 4


def test_a_frame_of_fixed_shape_keeps_it(page: Page, site: Site, person: Person) -> None:
    file_id = person.upload(quadrants_stored())
    dialog = open_editor(page, site, person, file_id, aspects=["1:1"], aspect="1:1")
    expect(dialog.get_by_role("radio").first).to_be_hidden()
    drag(dialog, "bottom right", (0.5, 0.9))
    dialog.get_by_role("button", name="Turn right").click()

    save(dialog)

    width, height = rendered(person, file_id).size
    assert abs(width - height) <= 1


def test_the_frame_obeys_the_keyboard(page: Page, site: Site, person: Person) -> None:
    file_id = person.upload(quadrants_stored())
    dialog = open_editor(page, site, person, file_id)
    dialog.get_by_role("button", name="Top left corner").focus()
    for key in ("Shift+ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    dialog.get_by_role("button", name="Move the frame").focus()
    page.keyboard.press("ArrowUp")

    crop = save(dialog)["edits"]["crop"]

    assert crop == pytest.approx({"x": 0.11, "y": 0, "width": 0.89, "height": 0.99})


def test_the_frame_can_be_typed(page: Page, site: Site, person: Person) -> None:
    file_id = person.upload(quadrants_stored())
    dialog = open_editor(page, site, person, file_id)
    dialog.get_by_text("Frame in numbers").click()
    for label, value in {
        "Width, %": "40",
        "Height, %": "30",
        "From the left, %": "25",
        "From the top, %": "12.5",
    }.items():
        dialog.get_by_label(label).fill(value)
        dialog.get_by_label(label).blur()

    crop = save(dialog)["edits"]["crop"]

    assert crop == pytest.approx({"x": 0.25, "y": 0.125, "width": 0.4, "height": 0.3})


def test_the_focal_point_is_of_the_upright_picture(page: Page, site: Site, person: Person) -> None:
    file_id = person.upload(quadrants_stored())
    dialog = open_editor(page, site, person, file_id)
    dialog.get_by_role("button", name="Turn right").click()
    choose(dialog, "Focus")
    view = dialog.locator("[data-editor=view]")
    box = view.bounding_box()
    assert box is not None
    view.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.1})

    saved = save(dialog)

    # What is left and up after a quarter turn clockwise was at the bottom left before.
    assert saved["focal_point"] == pytest.approx({"x": 0.1, "y": 0.75}, abs=0.01)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("screen", ["wide", "narrow"])
def test_the_editor_shuts_nobody_out(
    site: Site, open_page: OpenPage, person: Person, screen: str, dark: bool
) -> None:
    page = open_page(screen, dark=dark)
    dialog = open_editor(page, site, person, person.upload(quadrants_stored()))
    for tool in ("Crop", "Adjust", "Focus", "Describe"):
        choose(dialog, tool)
        assert axe(page) == []
    width = page.evaluate("[document.documentElement.scrollWidth, editor.scrollWidth, innerWidth]")
    assert max(width) == width[2]


def test_a_finger_draws_the_frame(site: Site, open_page: OpenPage, person: Person) -> None:
    phone = open_page("phone")
    dialog = open_editor(phone, site, person, person.upload(quadrants_stored()))
    corner = dialog.get_by_role("button", name="Top left corner").bounding_box()
    assert corner is not None
    assert min(corner["width"], corner["height"]) >= 44
    x, y = corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2
    finger = phone.context.new_cdp_session(phone)
    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": x + 60, "y": y + 50}]),
        ("touchEnd", []),
    ):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    crop = save(dialog)["edits"]["crop"]

    assert crop["x"] > 0.1
    assert crop["y"] > 0.1
