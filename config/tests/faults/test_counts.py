"""How often S3 is asked, counted on its way: each question may cost 20 ms."""

from collections import Counter

import pytest
from django.test import Client
from rest_framework.test import APIClient

from config.tests.faults.sound import send
from config.tests.faulty import FaultyS3
from gigs.models import Gig, GigImage
from gigs.tests.factories import GigFactory
from uploads_app.models import UploadedFile
from uploads_app.services.rendering.work import render_set
from uploads_app.tests.rendering_states import set_size
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(client: APIClient, s3: FaultyS3) -> UploadedFile:
    s3.delay = 0.02
    assert send(client).status_code == 201
    return UploadedFile.objects.get()


@pytest.fixture
def gig(file: UploadedFile, owner: User, s3: FaultyS3) -> Gig:
    """A published gig with a picture that has all its sizes, which is its owner's own as well."""
    render_set(file.pk)
    gig: Gig = GigFactory.create(owner=owner, published=True)
    GigImage.objects.filter(gig=gig).delete()
    GigImage.objects.create(gig=gig, file=file, position=0)
    owner.profile.image = file
    owner.profile.is_public = True
    owner.profile.save(update_fields=["image", "is_public"])
    s3.forget()
    return gig


def test_an_upload_does_one_put(client: APIClient, file: UploadedFile, s3: FaultyS3) -> None:
    s3.forget()
    assert send(client).status_code == 201
    assert s3.asked == Counter(PUT=1)
    assert s3.leave_asked == 0


def test_a_set_of_renditions_does_one_get_and_a_put_for_each(file: UploadedFile, s3: FaultyS3) -> None:
    s3.forget()
    render_set(file.pk)
    assert s3.asked == Counter(GET=1, PUT=set_size())
    assert s3.leave_asked == 0


def test_a_set_that_is_there_does_nothing(gig: Gig, file: UploadedFile, s3: FaultyS3) -> None:
    UploadedFile.objects.update(rendering="waiting", render_after=None)
    render_set(file.pk)
    assert s3.asked == Counter()


def test_a_size_on_demand_is_made_by_one_get_and_one_put(
    client: APIClient, file: UploadedFile, s3: FaultyS3
) -> None:
    s3.forget()
    assert client.get(f"/api/upload/{file.pk}/card.jpg").status_code == 200
    assert s3.asked == Counter(GET=2, PUT=1)  # one of them to send it


@pytest.mark.parametrize("path", ["/api/upload/{}", "/api/upload/{}/card.webp"])
def test_bytes_that_django_sends_are_one_get(
    client: APIClient, gig: Gig, file: UploadedFile, s3: FaultyS3, path: str
) -> None:
    path = path.format(file.pk)
    answer = client.get(path)
    assert answer.status_code == 200
    assert s3.asked == Counter(GET=1)
    assert client.head(path).status_code == 200
    assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert s3.asked == Counter(GET=1)


def test_a_delete_is_one_delete_for_each_object(
    client: APIClient, gig: Gig, file: UploadedFile, s3: FaultyS3
) -> None:
    assert client.delete(f"/api/upload/{file.pk}").status_code == 204
    asked = Counter(s3.asked)
    asked.pop("LIST", None)  # once in each process: whether the bucket keeps versions
    assert asked == Counter(DELETE=1 + set_size())
    assert s3.asked["LIST"] <= 1


SHOWING = [
    "/",
    "/gigs/",
    "/gigs/{gig}/",
    "/gigs/{gig}/edit",
    "/people/owner/",
    "/files/",
    "/files/{file}/",
    "/api/gigs",
    "/api/gigs/{gig}",
    "/api/upload/my-files/",
    "/api/upload/{file}/metadata",
    "/api/upload/gig-images/{gig}",
    "/api/users/me",
    "/api/users/owner",
]
OTHERS = [
    "/buddies/",
    "/api/buddies",
    "/api/buddies/recommendations",
    "/api/upload/usage",
    "/api/upload/config",
]


@pytest.mark.parametrize("path", [*SHOWING, *OTHERS])
def test_a_page_or_list_asks_nothing(
    gig: Gig, file: UploadedFile, owner: User, s3: FaultyS3, path: str
) -> None:
    page = Client()
    page.force_login(owner)
    answer = page.get(path.format(gig=gig.pk, file=file.pk), follow=True)
    assert answer.status_code == 200
    assert str(file.pk) in answer.content.decode() or path in OTHERS
    assert s3.asked == Counter()


def test_an_edit_asks_nothing_until_its_renditions_are_made(
    client: APIClient, gig: Gig, file: UploadedFile, s3: FaultyS3
) -> None:
    assert client.put(f"/api/upload/{file.pk}/edits", {"flip": True}, format="json").status_code == 200
    assert s3.asked == Counter()
    render_set(file.pk)
    assert (s3.asked["GET"], s3.asked["PUT"], s3.asked["HEAD"]) == (2, set_size(), 0)  # one for its likeness
