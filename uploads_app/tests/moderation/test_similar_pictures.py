"""A file's page shows the pictures that look like it, nearest first, by their renditions."""

import re

from django.urls import reverse

from uploads_app.models import UploadedFile
from uploads_app.rendition_sets import address
from uploads_app.tests.factories import ready_rendition
from uploads_app.tests.moderation.pictures import lookalike
from uploads_app.tests.moderation.staff import browser
from users.models import User

LOOKS = 0x00FF_00FF_00FF_00FF


def shown(file: UploadedFile, by: User) -> tuple[str, list[str]]:
    """The section of the page, and the ids of the files that it leads to."""
    url = reverse("admin:uploads_app_uploadedfile_change", args=[file.pk])
    text = browser(by).get(url).content.decode()
    section = text.partition('id="similar"')[2].partition("</section>")[0]
    return section, re.findall(r'href="/admin/uploads_app/uploadedfile/([-0-9a-f]{36})/change/"', section)


def test_the_same_bytes_come_first_then_the_nearest(viewer: User) -> None:
    file = lookalike(LOOKS)
    near, nearer = lookalike(LOOKS ^ 0b111), lookalike(LOOKS ^ 1)
    same = lookalike(LOOKS ^ 0b11, sha256=file.sha256)
    lookalike(~LOOKS & (1 << 64) - 1)
    lookalike(LOOKS, lifecycle="deleted")
    text, found = shown(file, viewer)
    assert found == [str(one.pk) for one in (same, nearer, near)]
    assert text.count("The same bytes") == 1
    assert "3 of 64 bits differ" in text
    assert f"/admin/uploads_app/uploadedfile/queue/?state=all&amp;near={file.pk}" in text


def test_a_dozen_are_shown_however_many_there_are(viewer: User) -> None:
    file = lookalike(LOOKS)
    for _ in range(13):
        lookalike(LOOKS)
    assert len(shown(file, viewer)[1]) == 12


def test_they_are_shown_by_renditions_alone(viewer: User) -> None:
    file, other, waiting = lookalike(LOOKS), lookalike(LOOKS), lookalike(LOOKS, placeholder="")
    row = ready_rendition(other, data=b"RIFF")
    text, found = shown(file, viewer)
    assert set(found) == {str(other.pk), str(waiting.pk)}
    assert re.findall(r'src="([^"]+)"', text) == [
        address(other.get_absolute_url(), "card", "webp", row.digest)
    ]
    assert "not rendered yet" in text


def test_nothing_is_like_a_picture_that_is_gone(viewer: User) -> None:
    file = lookalike(LOOKS, lifecycle="deleted")
    lookalike(LOOKS)
    assert shown(file, viewer) == ("", [])
    assert shown(lookalike(0xF0F0_F0F0_F0F0_F0F0), viewer)[1] == []
