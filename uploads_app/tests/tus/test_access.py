"""An upload in parts is its owner's alone; to everybody else it is as absent."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from gigs.models import GigImage
from gigs.tests.factories import GigFactory
from uploads_app.models import TusPart, TusUpload, UploadedFile
from uploads_app.services.tus.end import expire
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.tus.client import BYTES, START, VERSION, Sender, nothing_is_left
from users.models import User
from users.services.deletion import delete_account

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], APIClient]
PICTURE = jpeg_bytes((64, 48))
SIZE = len(PICTURE)
ABSENT = f"{START}/00000000-0000-4000-8000-000000000000"
OFFSET = VERSION | {"Upload-Offset": "30", "Content-Type": BYTES}
METHODS = ["get", "head", "patch", "delete", "post"]


@pytest.fixture
def url(sender: Sender) -> str:
    found = sender.begin(SIZE)
    sender.send(found, 0, PICTURE[:30])
    return found


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("is_over", [False, True])
def test_to_others_it_is_as_absent(
    sender: Sender,
    url: str,
    visitor: APIClient,
    stranger: User,
    staff: User,
    signed_in: SignedIn,
    method: str,
    is_over: bool,
) -> None:
    if is_over:
        sender.end(url)
    headers = OFFSET | ({"X-HTTP-Method-Override": "PATCH"} if method == "post" else {})
    for client, status in ((visitor, 401), (signed_in(stranger), 404), (signed_in(staff), 404)):
        body = b"x" if method in ("patch", "post") else b""
        found, absent = (Sender(client).call(method, at, headers, body) for at in (url, ABSENT))
        assert found.status_code == absent.status_code == status
        assert found.content == absent.content
    assert TusUpload.objects.get().offset == 30


def test_nobody_begins_one_without_credentials(visitor: APIClient) -> None:
    assert Sender(visitor).start(SIZE).status_code == 401
    assert visitor.options(START).status_code == 401


def test_it_is_in_no_list_and_no_file_yet(sender: Sender, url: str) -> None:
    assert sender.api.get("/api/upload/my-files").json()["results"] == []
    assert sender.api.get("/api/upload/usage").json()["files"] == 0
    assert sender.api.get(f"/api/upload/{url.rpartition('/')[2]}").status_code == 404


def test_a_picture_for_a_gig_goes_into_it(sender: Sender, owner: User) -> None:
    gig = GigFactory.create(owner=owner)
    before = gig.images.count()
    answer = sender.send_all(PICTURE, category="gig", gig_id=str(gig.pk))
    assert gig.images.count() == before + 1
    assert str(gig.images.latest("position").file_id) == answer["Upload-File"]


def test_a_gig_that_went_meanwhile_refuses_its_picture(sender: Sender, owner: User) -> None:
    gig = GigFactory.create(owner=owner)
    url = sender.begin(SIZE, category="gig", gig_id=str(gig.pk))
    gig.delete()
    answer = sender.send(url, 0, PICTURE)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not GigImage.objects.exists()
    assert nothing_is_left()


def test_a_gig_is_of_no_matter_to_other_categories(sender: Sender) -> None:
    assert sender.send_all(PICTURE, gig_id="x").status_code == 204


def test_it_goes_with_the_account(sender: Sender, url: str, owner: User) -> None:
    delete_account(owner)
    assert not TusUpload.objects.exists()
    assert nothing_is_left()


def test_an_account_that_is_switched_off_sends_nothing_and_its_bytes_go(
    sender: Sender, url: str, owner: User
) -> None:
    owner.is_active = False
    owner.save(update_fields=["is_active"])
    assert sender.send(url, 30, PICTURE[30:]).status_code == 401
    assert expire() == 1
    assert nothing_is_left()


def test_what_its_sender_said_is_forgotten_once_it_has_ended(sender: Sender) -> None:
    urls = [sender.begin(SIZE, alt_text="secret", caption="secret") for _ in range(3)]
    sender.send(urls[0], 0, PICTURE)
    sender.send(urls[1], 0, b"GIF89a" + PICTURE[6:])
    sender.end(urls[2])
    for row in TusUpload.objects.all():
        assert (row.filename, row.metadata, row.alt_text, row.caption, row.uses) == ("", "", "", "", {})
    assert not TusPart.objects.exists()
    assert UploadedFile.objects.get().alt_text == "secret"
