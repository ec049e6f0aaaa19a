"""Staff open what nobody has judged: they are shown renditions, and never a byte of the upload."""

from typing import Any

import pytest
from django.test import Client

from gigs.models import GigImage
from gigs.tests.factories import GigFactory, GigImageFactory
from uploads_app.images.recipes import Crop
from uploads_app.models import BannedPicture, Report, UploadedFile
from uploads_app.previews import large_preview, own_crops, preview, small_preview
from uploads_app.tests.factories import FileFactory, ready_rendition, store_bytes
from uploads_app.tests.moderation.staff import browser
from users.models import Profile, User

pytestmark = pytest.mark.django_db
HOSTILE = (
    b"<html><script>alert(1)</script>",
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"GIF89a/*<script>*/=1;alert(1)//",
)


def test_a_preview_is_the_rendition_that_fills_it_best() -> None:
    file = FileFactory.create()
    for name in ("thumb", "card", "w320", "w640"):
        ready_rendition(file, name)
    small, large = small_preview(file, 64), large_preview(file)
    assert small is not None
    assert large is not None
    assert "/w320.webp?v=" in small.url
    assert "/w640.webp?v=" in large.url
    assert (large.width, large.height) == (640, 480)


def test_what_is_cut_stands_in_while_nothing_whole_is_ready() -> None:
    file = FileFactory.create()
    ready_rendition(file, "card")
    found = large_preview(file)
    assert found is not None
    assert "/card.webp?v=" in found.url


@pytest.mark.parametrize("state", ["pending", "retired", "removing"])
def test_a_rendition_that_is_not_ready_is_not_shown(state: str) -> None:
    file = FileFactory.create()
    ready_rendition(file, "w320", state=state)
    found = large_preview(file)
    assert found is not None
    assert found.url.startswith("data:image/webp")
    assert not found.is_rendered


def test_with_nothing_to_show_there_are_words() -> None:
    assert preview(FileFactory.create(placeholder="")) == "not rendered yet"
    assert preview(None) == ""
    gone = FileFactory.create(lifecycle="deleted")
    ready_rendition(gone, "w320")
    assert preview(gone) == ""
    assert large_preview(gone) is None


def test_crops_of_uses_are_shown_beside_the_picture_and_not_as_it() -> None:
    file = FileFactory.create()
    crop = Crop(0, 0, 0.5, 0.5)
    ready_rendition(file, "w320", crop=crop)
    ready_rendition(file, "w640")
    large, [own] = large_preview(file), own_crops(file)
    assert large is not None
    assert "/w640.webp" in large.url
    assert "/w320.webp" in own.url


@pytest.fixture
def behind_the_back_door(owner: User, root: User) -> UploadedFile:
    """A row that no upload made, in use everywhere, with rejected bytes of the same name."""
    file: UploadedFile = FileFactory.create(owner=owner, original_filename="x.html", category="gig")
    Profile.objects.filter(user=owner).update(image=file)
    GigImageFactory.create(gig=GigFactory.create(owner=owner, pictures=0), file=file)
    Report.objects.create(file=file, reporter=root, reason="other")
    BannedPicture.objects.create(file=file, sha256=file.sha256, reason="other", banned_by_name="chief")
    return file


def pages_about(file: UploadedFile, owner: User) -> list[str]:
    gig, report = GigImage.objects.get(file=file).gig_id, Report.objects.get().pk
    return [
        "/admin/",
        "/admin/uploads_app/uploadedfile/",
        f"/admin/uploads_app/uploadedfile/{file.pk}/change/",
        f"/admin/uploads_app/uploadedfile/{file.pk}/delete/",
        "/admin/uploads_app/uploadedfile/dashboard/",
        "/admin/uploads_app/bannedpicture/",
        "/admin/uploads_app/report/",
        f"/admin/uploads_app/report/{report}/change/",
        "/admin/users/user/",
        f"/admin/users/user/{owner.pk}/change/",
        "/admin/users/profile/",
        f"/admin/users/profile/{owner.pk}/change/",
        "/admin/gigs/gig/",
        f"/admin/gigs/gig/{gig}/change/",
    ]


@pytest.mark.parametrize("rendered", [False, True])
@pytest.mark.parametrize("data", HOSTILE, ids=["html", "svg", "polyglot"])
def test_no_page_of_staff_points_at_the_bytes_of_a_hostile_upload(
    behind_the_back_door: UploadedFile, owner: User, root: User, data: bytes, rendered: bool, request: Any
) -> None:
    file = behind_the_back_door
    store_bytes(file, data)
    if rendered:
        ready_rendition(file, "w320")
    request.getfixturevalue("no_storage")  # nor does any page read them
    client: Client = browser(root)
    for address in pages_about(file, owner):
        answer = client.get(address)
        assert answer.status_code == 200, address
        text = answer.content.decode()
        assert data.decode() not in text, address
        for way in (f'/api/upload/{file.pk}"', f"/api/upload/{file.pk}?", file.key + '"'):
            assert way not in text, address
