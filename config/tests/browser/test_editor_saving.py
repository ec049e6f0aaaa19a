"""The picture editor: what is undone, saved, refused and left."""

from playwright.sync_api import Page, expect

from config.tests.browser.editor import (
    answer,
    call_editor,
    choose,
    drag,
    open_editor,
    quadrants_stored,
    save,
)
from config.tests.browser.site import Person, Site
from config.tests.browser.watch import Watch


def test_undo_goes_back_step_by_step(page: Page, site: Site, person: Person) -> None:
    file_id = person.upload(quadrants_stored())
    dialog = open_editor(page, site, person, file_id)
    undo = dialog.get_by_role("button", name="Undo")
    expect(undo).to_have_attribute("aria-disabled", "true")
    dialog.get_by_role("button", name="Flip").click()
    drag(dialog, "top left", (0.3, 0.3))
    page.keyboard.press("Control+z")
    expect(dialog.get_by_text("480 × 320 px")).to_be_visible()
    expect(undo).to_have_attribute("aria-disabled", "false")
    undo.click()
    expect(undo).to_have_attribute("aria-disabled", "true")
    assert save(dialog)["edits"] is None


def test_words_are_saved_alone_where_nothing_else_changed(page: Page, site: Site, person: Person) -> None:
    file_id = person.upload(quadrants_stored())
    dialog = open_editor(page, site, person, file_id)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.post_data}"))
    choose(dialog, "Describe")
    dialog.get_by_label("Alt text").fill("Four <b>colours</b>")

    saved = save(dialog)

    assert saved["alt_text"] == "Four <b>colours</b>"
    assert asked == ['PATCH {"alt_text":"Four <b>colours</b>"}']


def test_saving_what_did_not_change_asks_nothing(page: Page, site: Site, person: Person) -> None:
    file_id = person.upload(quadrants_stored())
    dialog = open_editor(page, site, person, file_id)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert save(dialog)["file_id"] == file_id
    assert not asked


def test_a_refusal_is_told_and_loses_nothing(page: Page, site: Site, person: Person, watch: Watch) -> None:
    watch.expect("status of 400")
    file_id = person.upload(quadrants_stored())
    dialog = open_editor(page, site, person, file_id)
    dialog.get_by_role("button", name="Flip").click()
    choose(dialog, "Describe")
    alt_text = dialog.get_by_label("Alt text")
    alt_text.evaluate("(field) => { field.maxLength = 999; }")
    alt_text.fill("x" * 301)
    choose(dialog, "Crop")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("300")
    expect(alt_text).to_be_focused()
    alt_text.fill("Short enough")

    saved = save(dialog)

    assert (saved["alt_text"], saved["edits"]["flip"]) == ("Short enough", True)


def test_a_lost_connection_is_told_and_saving_again_sends_the_rest(
    page: Page, site: Site, person: Person, watch: Watch
) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED")
    file_id = person.upload(quadrants_stored())
    dialog = open_editor(page, site, person, file_id)
    dialog.get_by_role("button", name="Flip").click()
    page.context.set_offline(True)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("connection was lost")
    page.context.set_offline(False)
    assert save(dialog)["edits"]["flip"] is True


def test_a_picture_that_is_not_there_is_told(page: Page, site: Site, person: Person, watch: Watch) -> None:
    watch.expect("status of 404")
    file_id = person.upload(quadrants_stored())
    open_editor(page, site, person, file_id).get_by_role("button", name="Cancel").click()
    person.api.delete(f"/api/upload/{file_id}").raise_for_status()

    dialog = call_editor(page, file_id)

    expect(dialog.get_by_role("alert")).to_be_visible()
    expect(dialog.get_by_role("button", name="Try again")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_leaving_asks_only_where_something_changed(page: Page, site: Site, person: Person) -> None:
    file_id = person.upload(quadrants_stored())
    dialog = open_editor(page, site, person, file_id)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert answer(page) is None

    call_editor(page, file_id)
    dialog.get_by_role("button", name="Flip").click()
    page.keyboard.press("Escape")
    expect(dialog.get_by_role("button", name="Keep editing")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog.get_by_role("button", name="Flip")).to_be_focused()
    dialog.get_by_role("button", name="Cancel").click()
    dialog.get_by_role("button", name="Discard changes").click()
    expect(dialog).to_be_hidden()
    assert answer(page) is None
    assert person.api.get(f"/api/upload/{file_id}/metadata").json()["edits"] is None


def test_focus_returns_to_what_opened_the_editor(page: Page, site: Site, person: Person) -> None:
    file_id = person.upload(quadrants_stored())
    dialog = open_editor(page, site, person, file_id)
    page.keyboard.press("Escape")
    opener = page.get_by_role("link", name="Vitrine").first
    opener.focus()
    call_editor(page, file_id)
    expect(dialog.get_by_role("heading", name="Edit picture")).to_be_focused()
    dialog.get_by_role("button", name="Cancel").click()
    expect(opener).to_be_focused()
