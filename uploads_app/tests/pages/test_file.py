"""The page of one file, and its form: words, crop, turn, filters, focal point."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gigs.tests.factories import GigFactory, GigImageFactory
from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return FileFactory.create(
        owner=owner,
        original_filename="boat.jpg",
        file_size=2_430_000,
        width=4000,
        height=3000,
        uploaded_at=datetime(2026, 3, 4, tzinfo=UTC),
        removed_metadata=["exif", "gps"],
    )


def fields(text: str) -> dict[str, str]:
    """What a browser would send of the page's form if nothing in it were changed."""
    form = re.search(
        r'<form class="stack" id="words-form" method="post" action="/files/[-0-9a-f]+/.*?</form>',
        text,
        re.DOTALL,
    )
    assert form
    sent = {}
    for tag in re.findall(r"<input [^>]*>", form[0]):
        given = dict(re.findall(r'([-\w]+)="([^"]*)"', tag))
        if given["type"] != "checkbox" or " checked" in tag:
            sent[given["name"]] = unescape(given.get("value", "on" if given["type"] == "checkbox" else ""))
    for name, inside in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', form[0], re.DOTALL):
        sent[name] = re.findall(r'value="(\w+)" selected', inside)[0]
    for name, inside in re.findall(r'<textarea name="(\w+)".*?>(.*?)</textarea>', form[0], re.DOTALL):
        sent[name] = unescape(inside).strip()
    return sent


def send(page: Client, file: UploadedFile, changes: dict[str, Any], query: str = "") -> Any:
    """Sends the form as it is shown, but for these fields; None leaves one out."""
    url = f"/files/{file.pk}/{query}"
    sent = fields(page.get(url).text) | changes
    answer = page.post(url, {name: value for name, value in sent.items() if value is not None})
    file.refresh_from_db()
    return answer


def test_the_facts_of_a_file_are_told_in_words(page: Client, file: UploadedFile) -> None:
    text = page.get(f"/files/{file.pk}/").text
    for words in ("boat.jpg", "2.4 MB", "4000 × 3000 px", "JPEG", "4 March 2026"):
        assert words in text
    assert "The camera and its settings and where it was taken" in text


def test_where_a_file_is_in_use_is_told_and_led_to(page: Client, owner: User) -> None:
    gig = GigFactory.create(owner=owner, title="Portraits")
    text = page.get(f"/files/{gig.images.get().file_id}/").text
    assert f'<a href="/gigs/{gig.pk}/edit">Portraits</a>' in text
    assert ">Public</span>" in text


def test_words_are_saved_and_the_look_stays(page: Client, file: UploadedFile) -> None:
    UploadedFile.objects.filter(pk=file.pk).update(
        edits={
            "crop": {"x": 1 / 3, "y": 0, "width": 2 / 3, "height": 1},
            "filters": {"sepia": True, "blur": 0.123},
        }
    )
    file.refresh_from_db()
    before = (file.edits, file.revision)
    answer = send(page, file, {"alt_text": "A boat.", "caption": "One line\r\nand another"})
    assert answer.status_code == 302
    assert (file.alt_text, file.caption) == ("A boat.", "One line\nand another")
    assert (file.edits, file.revision) == before


def test_crop_turn_and_filters_are_saved(page: Client, file: UploadedFile) -> None:
    sent = {
        "crop_x": "10", "crop_y": "20.5", "crop_width": "50", "crop_height": "40",
        "rotate": "270", "flip": "on", "brightness": "-30", "contrast": "20", "sharpen": "100", "sepia": "on",
    }  # fmt: skip
    assert send(page, file, sent).status_code == 302
    assert file.edits["crop"] == pytest.approx({"x": 0.1, "y": 0.205, "width": 0.5, "height": 0.4})
    assert (file.edits["rotate"], file.edits["flip"]) == (270, True)
    wanted = {"brightness": -0.3, "contrast": 0.2, "sharpen": 1, "sepia": True, "saturation": 0, "blur": 0}
    assert {name: file.edits["filters"][name] for name in wanted} == pytest.approx(wanted)


def test_changing_one_thing_keeps_the_digits_of_the_others(page: Client, file: UploadedFile) -> None:
    crop = {"x": 1 / 3, "y": 0.0, "width": 2 / 3, "height": 1.0}
    UploadedFile.objects.filter(pk=file.pk).update(edits={"crop": crop, "filters": {"blur": 0.123}})
    send(page, file, {"flip": "on"})
    assert file.edits["crop"] == crop
    assert file.edits["filters"]["blur"] == 0.123
    assert file.edits["flip"] is True


def test_a_form_opened_before_a_change_elsewhere_does_not_undo_it(page: Client, file: UploadedFile) -> None:
    url = f"/files/{file.pk}/"
    sent = fields(page.get(url).text)
    send(page, file, {"flip": "on", "rotate": "90", "crop_x": "50", "crop_width": "50", "caption": "Later."})
    edits = file.edits
    assert page.post(url, sent | {"alt_text": "A boat."}).status_code == 302
    file.refresh_from_db()
    assert (file.alt_text, file.caption, file.edits) == ("A boat.", "Later.", edits)


def test_what_the_form_shows_is_what_is_kept(page: Client, file: UploadedFile) -> None:
    send(page, file, {"crop_x": "12.5", "crop_width": "87.5", "rotate": "90", "invert": "on", "blur": "7"})
    shown = fields(page.get(f"/files/{file.pk}/").text)
    kept = {"crop_x": "12.5", "crop_width": "87.5", "rotate": "90", "invert": "on", "blur": "7"}
    assert kept.items() <= shown.items()


def test_the_focal_point_is_set_and_forgotten(page: Client, file: UploadedFile) -> None:
    send(page, file, {"focal_x": "25", "focal_y": "75"})
    assert (file.focal_x, file.focal_y) == (0.25, 0.75)
    assert file.edits == {}
    send(page, file, {"focal_x": "", "focal_y": ""})
    assert (file.focal_x, file.focal_y) == (None, None)


def test_a_boat_cropped_to_thirds_in_rounded_numbers_is_taken(page: Client, file: UploadedFile) -> None:
    assert send(page, file, {"crop_x": "33.334", "crop_width": "66.667"}).status_code == 302
    assert file.edits["crop"]["x"] + file.edits["crop"]["width"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"crop_x": "60", "crop_width": "50"}, "This reaches beyond the right edge: at most 40 here."),
        ({"crop_y": "60", "crop_height": "50"}, "This reaches beyond the bottom: at most 40 here."),
        ({"crop_width": "0"}, "Something has to be left of the picture."),
        ({"crop_width": "1e-323"}, "Something has to be left of the picture."),
        ({"crop_x": "100", "crop_width": "0.01"}, "This reaches beyond the right edge: at most 0 here."),
        ({"crop_x": "nan"}, "Enter a number."),
        ({"crop_x": "-1"}, "greater than or equal to 0"),
        ({"brightness": "101"}, "less than or equal to 100"),
        ({"rotate": "45"}, "Select a valid choice"),
        ({"focal_x": "5"}, "Give both numbers, or neither."),
        ({"alt_text": "x" * 301}, "at most 300 characters"),
        ({"alt_text": "a\x07b"}, "characters that cannot be shown"),
        ({"caption": "a\x00b"}, "characters that cannot be shown"),
        ({"crop_width": None}, "This field is required."),
    ],
)
def test_what_makes_no_sense_is_told_at_its_field_and_nothing_changes(
    page: Client, file: UploadedFile, changes: dict[str, Any], words: str
) -> None:
    answer = send(page, file, {"caption": "kept", **changes})
    assert answer.status_code == 400
    assert words in unescape(answer.text)
    assert (file.edits, file.caption, file.focal_x) == ({}, "", None)


def test_numbers_that_make_no_sense_are_not_folded_away(page: Client, file: UploadedFile) -> None:
    assert '<details class="edits" id="edits" open>' in send(page, file, {"crop_width": "0"}).text
    assert '<details class="edits" id="edits">' in send(page, file, {"alt_text": "x" * 301}).text


def test_all_edits_are_taken_back_and_words_stay(page: Client, file: UploadedFile) -> None:
    send(page, file, {"flip": "on", "alt_text": "A boat."})
    send(page, file, {"restore": "1", "alt_text": "Typed, not saved."})
    assert (file.edits, file.alt_text) == ({}, "A boat.")


def test_who_came_from_a_page_of_this_site_goes_back_there(page: Client, file: UploadedFile) -> None:
    assert send(page, file, {}, "?next=/gigs/1/edit")["Location"] == "/gigs/1/edit"
    assert 'href="/gigs/1/edit">Back</a>' in page.get(f"/files/{file.pk}/?next=/gigs/1/edit").text


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(page: Client, file: UploadedFile, elsewhere: str) -> None:
    assert send(page, file, {}, f"?next={elsewhere}")["Location"] == f"/files/{file.pk}/"
    assert "evil" not in page.get(f"/files/{file.pk}/?next={elsewhere}").text


def test_the_page_takes_the_same_few_queries_however_much_a_file_is_used(
    page: Client, owner: User, file: UploadedFile
) -> None:
    counts = []
    for more in (2, 18):
        for _ in range(more):
            GigImageFactory.create(gig=GigFactory.create(owner=owner), file=file)
        with CaptureQueriesContext(connection) as queries:
            page.get(f"/files/{file.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10
