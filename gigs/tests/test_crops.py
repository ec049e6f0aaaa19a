"""A gig's own crop of a picture: beside the file's edits, and never beyond them."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from gigs.models import Gig, GigImage
from gigs.services.set_images import set_images
from gigs.tests.factories import GigFactory
from uploads_app.images.recipes import Crop, Edits
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.edit import edit
from uploads_app.services.rendering.work import render_set
from uploads_app.tests.factories import uploaded
from uploads_app.tests.rendering_states import set_size
from users.models import User

SQUARE = {"x": 0.25, "y": 0.0, "width": 0.5, "height": 1.0}


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return uploaded(owner, category="gig")


@pytest.fixture
def gig(owner: User, file: UploadedFile) -> Gig:
    gig = GigFactory.create(owner=owner, published=True)
    gig.images.all().delete()
    GigImage.objects.create(gig=gig, file=file, position=0)
    return gig


@pytest.fixture
def put(owner: User, gig: Gig, signed_in: Any) -> Any:
    client: APIClient = signed_in(owner)
    return lambda **body: client.put(f"/api/upload/gig-images/{gig.pk}", body)


def width_and_height(image: dict[str, Any], preset: str) -> tuple[int, int]:
    one = image["renditions"][preset]
    return one["width"], one["height"]


def test_it_is_rendered_beside_the_file_s_own_set(
    put: Any, gig: Gig, file: UploadedFile, visitor: APIClient
) -> None:
    render_set(file.pk)
    assert put(file_ids=[str(file.pk)], crops={str(file.pk): SQUARE}).status_code == 200
    render_set(file.pk)
    assert Rendition.objects.filter(state="ready").count() == 2 * set_size()

    [image] = visitor.get(f"/api/upload/gig-images/{gig.pk}").json()["images"]
    assert width_and_height(image, "w320") == (100, 150)  # half of the 200 px
    answer = visitor.get(image["renditions"]["w320"]["url"])
    assert answer["Cache-Control"].endswith("immutable")


def test_two_gigs_with_all_but_the_same_crop_both_show_it(
    put: Any, gig: Gig, file: UploadedFile, owner: User, visitor: APIClient
) -> None:
    other = GigFactory.create(owner=owner, pictures=0)
    put(file_ids=[str(file.pk)], crops={str(file.pk): SQUARE})
    set_images(gig=other, file_ids=[file.pk], crops={file.pk: Crop(0.250001, 0.0, 0.5, 1.0)})
    render_set(file.pk)
    for one in (gig, other):
        [image] = visitor.get(f"/api/upload/gig-images/{one.pk}").json()["images"]
        assert width_and_height(image, "w320") == (100, 150)


def test_it_can_show_no_more_than_the_edits(put: Any, file: UploadedFile) -> None:
    edit(file, Edits(crop=Crop(0, 0, 0.5, 0.5)))
    put(file_ids=[str(file.pk)], crops={str(file.pk): SQUARE})
    render_set(file.pk)
    own = Rendition.objects.get(preset="w320", format="webp", state="ready", variant__gt="")
    assert (own.width, own.height) == (50, 75)


def test_reordering_keeps_it_and_null_takes_it_back(put: Any, file: UploadedFile) -> None:
    put(file_ids=[str(file.pk)], crops={str(file.pk): SQUARE})
    put(file_ids=[str(file.pk)])
    assert GigImage.objects.get(file=file).crop == SQUARE
    put(file_ids=[str(file.pk)], crops={str(file.pk): None})
    assert GigImage.objects.get(file=file).crop is None


def test_a_crop_to_the_whole_is_none(put: Any, file: UploadedFile) -> None:
    put(file_ids=[str(file.pk)], crops={str(file.pk): {"x": 0, "y": 0, "width": 1, "height": 1}})
    assert GigImage.objects.get(file=file).crop is None


def test_what_was_made_for_it_goes_when_it_goes(put: Any, file: UploadedFile) -> None:
    put(file_ids=[str(file.pk)], crops={str(file.pk): SQUARE})
    render_set(file.pk)
    put(file_ids=[])
    render_set(file.pk)
    assert set(Rendition.objects.filter(variant__gt="").values_list("state", flat=True)) == {"retired"}
    assert Rendition.objects.filter(state="ready").count() == set_size()


@pytest.mark.parametrize("by", ["owner", "staff"])
def test_what_was_made_for_it_goes_with_its_gig(
    put: Any, gig: Gig, file: UploadedFile, owner: User, signed_in: Any, admin_client: Client, by: str
) -> None:
    put(file_ids=[str(file.pk)], crops={str(file.pk): SQUARE})
    render_set(file.pk)
    if by == "owner":
        signed_in(owner).delete(f"/api/gigs/{gig.pk}")
    else:
        admin_client.post(f"/admin/gigs/gig/{gig.pk}/delete/", {"post": "yes"})
    assert not Gig.objects.exists()
    render_set(file.pk)
    assert set(Rendition.objects.filter(variant__gt="").values_list("state", flat=True)) == {"retired"}
    assert Rendition.objects.filter(state="ready").count() == set_size()


def test_until_it_is_rendered_the_file_s_own_set_is_shown(
    put: Any, gig: Gig, file: UploadedFile, visitor: APIClient
) -> None:
    render_set(file.pk)
    put(file_ids=[str(file.pk)], crops={str(file.pk): SQUARE})
    [image] = visitor.get(f"/api/upload/gig-images/{gig.pk}").json()["images"]
    assert width_and_height(image, "w320") == (200, 150)


@pytest.mark.parametrize(
    "crop", [{}, {"x": 0.8, "y": 0, "width": 0.5, "height": 1}, {**SQUARE, "width": 0}, "whole", 5]
)
def test_an_odd_crop_is_refused_and_changes_nothing(put: Any, file: UploadedFile, crop: Any) -> None:
    assert put(file_ids=[], crops={str(file.pk): crop}).status_code == 400
    assert GigImage.objects.filter(file=file).exists()


def test_a_crop_of_a_picture_that_is_not_in_the_gig_is_refused(put: Any, file: UploadedFile) -> None:
    answer = put(file_ids=[], crops={str(file.pk): SQUARE})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "crops")
    assert GigImage.objects.filter(file=file).exists()
