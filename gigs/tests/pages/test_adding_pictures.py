"""Pictures put into a gig by a plain form."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gigs.models import Gig
from gigs.tests.factories import GigFactory
from uploads_app.models import UploadedFile
from users.models import User

As = Callable[[User], Client]
Photo = Callable[[str], SimpleUploadedFile]


@pytest.fixture
def gig(owner: User) -> Gig:
    return GigFactory.create(owner=owner, published=False, pictures=0)


def names(gig: Gig) -> list[str]:
    return [image.file.original_filename for image in gig.images.select_related("file")]


def send(client: Client, gig: Gig, *files: SimpleUploadedFile) -> Any:
    return client.post(f"/gigs/{gig.pk}/pictures", {"file": list(files)}, follow=True)


def test_many_at_once_stand_in_the_order_sent(as_: As, owner: User, gig: Gig, photo: Photo) -> None:
    page = send(as_(owner), gig, photo("c.jpg"), photo("a.jpg"), photo("b.jpg"))
    assert names(gig) == ["c.jpg", "a.jpg", "b.jpg"]
    assert page.redirect_chain == [(f"/gigs/{gig.pk}/edit#pictures", 302)]
    assert "3 pictures added." in page.text
    assert set(UploadedFile.objects.values_list("category", "owner")) == {("gig", owner.pk)}


def test_a_refused_one_is_named_with_its_reason_and_the_others_go_on(
    as_: As, owner: User, gig: Gig, photo: Photo
) -> None:
    words = SimpleUploadedFile("<i>words</i>.jpg", b"not a picture", "image/jpeg")
    page = send(as_(owner), gig, photo("a.jpg"), words, photo("b.jpg")).text
    assert names(gig) == ["a.jpg", "b.jpg"]
    assert "words&lt;/i&gt;.jpg: Only JPEG, PNG and WebP pictures are accepted." in page or (
        "i&gt;.jpg: Only JPEG, PNG and WebP pictures are accepted." in page
    )
    assert "<i>words" not in page
    assert UploadedFile.objects.filter(lifecycle="ready").count() == 2


def test_a_full_gig_takes_the_first_and_says_why_not_the_rest(
    as_: As, owner: User, gig: Gig, photo: Photo, settings: Any
) -> None:
    settings.VITRINE_MAX_IMAGES_PER_GIG = 1
    page = send(as_(owner), gig, photo("a.jpg"), photo("b.jpg")).text
    assert names(gig) == ["a.jpg"]
    assert "b.jpg: This gig has 1 pictures, which is the most it may have." in page
    assert UploadedFile.objects.count() == 1


def test_a_form_without_a_picture_says_so(as_: As, owner: User, gig: Gig) -> None:
    assert "Choose one or more pictures first." in send(as_(owner), gig).text


def test_what_is_larger_than_a_picture_may_be_is_an_error_page(
    as_: As, owner: User, gig: Gig, photo: Photo, settings: Any
) -> None:
    settings.VITRINE_MAX_FILE_SIZE = 100
    assert send(as_(owner), gig, photo("a.jpg")).status_code == 413
    assert not UploadedFile.objects.exists()


def test_every_picture_counts_as_an_upload_of_the_api(
    as_: As, owner: User, gig: Gig, photo: Photo, signed_in: Any, settings: Any
) -> None:
    settings.VITRINE_THROTTLE_SCALE = 1
    settings.VITRINE_THROTTLE_RATES = {**settings.VITRINE_THROTTLE_RATES, "upload": "3/minute"}
    body = {"file": photo("0.jpg")}
    assert signed_in(owner).post("/api/upload/general", body, format="multipart").status_code == 201
    page = send(as_(owner), gig, photo("1.jpg"), photo("2.jpg"), photo("3.jpg")).text
    assert names(gig) == ["1.jpg", "2.jpg"]
    assert "3.jpg: That was too often." in page
    assert signed_in(owner).post("/api/upload/general", body, format="multipart").status_code == 429


def test_nothing_is_taken_in_for_somebody_elses_gig(as_: As, stranger: User, gig: Gig, photo: Photo) -> None:
    assert send(as_(stranger), gig, photo("a.jpg")).status_code == 404
    assert not UploadedFile.objects.exists()
