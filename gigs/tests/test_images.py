"""The pictures of a gig: one's own ready ones, replaced and reordered as one step."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from gigs.models import Gig, GigImage
from gigs.services.attach_image import attach_image
from gigs.services.set_images import set_images
from gigs.tests.factories import GigFactory
from uploads_app.errors import Conflict, NotFound
from uploads_app.images.presets import PRESETS
from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory
from users.models import User

pytestmark = pytest.mark.django_db

ClientFor = Callable[[User], APIClient]

REFUSED: dict[str, tuple[dict[str, Any], int]] = {
    "foreign": ({}, 404),
    "pending": ({"lifecycle": "pending"}, 409),
    "rejected": ({"moderation": "rejected"}, 409),
    "deleted": ({"lifecycle": "deleted"}, 404),
    "failed": ({"lifecycle": "failed"}, 404),
    "purged": ({"lifecycle": "purged"}, 404),
}


def refused_file(kind: str, owner: User, stranger: User) -> UploadedFile:
    return FileFactory.create(owner=stranger if kind == "foreign" else owner, **REFUSED[kind][0])


def order(gig: Gig) -> list[uuid.UUID]:
    return list(GigImage.objects.filter(gig=gig).order_by("position").values_list("file", flat=True))


def put(client: APIClient, gig: Gig, ids: Any) -> Any:
    return client.put(f"/api/upload/gig-images/{gig.pk}", {"file_ids": ids}, format="json")


def test_pictures_are_replaced_and_reordered_as_asked(owner: User, signed_in: ClientFor) -> None:
    gig = GigFactory.create(owner=owner, pictures=3)
    a, b, c = order(gig)
    new = FileFactory.create(owner=owner, alt_text="A blue vase", width=1600, height=1200)

    response = put(signed_in(owner), gig, [str(new.pk), str(c), str(a)])

    assert response.status_code == 200
    assert response.json()["gig_id"] == gig.pk
    assert [image["file_id"] for image in response.json()["images"]] == [str(new.pk), str(c), str(a)]
    assert response.json()["images"][0] == {
        "file_id": str(new.pk),
        "url": f"/api/upload/{new.pk}",
        "alt_text": "A blue vase",
        "width": 1600,
        "height": 1200,
        "placeholder": new.placeholder,
        "renditions": {
            name: {"url": f"/api/upload/{new.pk}", "width": 1600, "height": 1200} for name in PRESETS
        },
        "srcset": f"/api/upload/{new.pk} 1600w",
    }
    assert order(gig) == [new.pk, c, a]
    assert list(gig.images.values_list("position", flat=True)) == [0, 1, 2]
    assert signed_in(owner).get(f"/api/upload/gig-images/{gig.pk}").json() == response.json()
    assert UploadedFile.objects.get(pk=b).is_active


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_may_not_be_used_is_refused_and_nothing_changes(
    kind: str, owner: User, stranger: User, signed_in: ClientFor
) -> None:
    gig = GigFactory.create(owner=owner, pictures=2)
    before = order(gig)
    wrong = refused_file(kind, owner, stranger)

    response = put(signed_in(owner), gig, [str(before[1]), str(wrong.pk)])

    assert response.status_code == REFUSED[kind][1]
    assert order(gig) == before


@pytest.mark.parametrize("kind", ["foreign", "deleted", "failed", "purged"])
def test_a_foreign_file_answers_like_one_that_never_was(
    kind: str, owner: User, stranger: User, signed_in: ClientFor
) -> None:
    gig, client = GigFactory.create(owner=owner), signed_in(owner)

    refused = put(client, gig, [str(refused_file(kind, owner, stranger).pk)])
    absent = put(client, gig, [str(uuid.uuid4())])

    assert (refused.status_code, refused.content) == (absent.status_code, absent.content)


@pytest.mark.parametrize("kind", REFUSED)
def test_attaching_refuses_the_same(kind: str, owner: User, stranger: User) -> None:
    gig = GigFactory.create(owner=owner)
    before = order(gig)

    with pytest.raises((NotFound, Conflict)):
        attach_image(gig=gig, file=refused_file(kind, owner, stranger))

    assert order(gig) == before


@pytest.mark.parametrize(
    "ids", [None, "text", {}, [None], ["no-uuid"], [3.5], [[]], ["../../etc/passwd"], [f"{uuid.uuid4()}\0"]]
)
def test_ids_that_are_none_are_invalid(owner: User, signed_in: ClientFor, ids: Any) -> None:
    gig = GigFactory.create(owner=owner)
    before = order(gig)

    response = put(signed_in(owner), gig, ids)

    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert response.json()["errors"][0]["field"].startswith("file_ids")
    assert order(gig) == before


def test_the_same_picture_twice_is_invalid(owner: User, signed_in: ClientFor) -> None:
    gig = GigFactory.create(owner=owner)
    [only] = order(gig)

    response = put(signed_in(owner), gig, [str(only), str(only).upper()])

    assert response.status_code == 400
    assert response.json()["errors"] == [
        {"field": "file_ids", "code": "duplicate", "detail": "A picture can be in a gig only once."}
    ]


def test_more_pictures_than_allowed_are_invalid(owner: User, signed_in: ClientFor, settings: Any) -> None:
    settings.VITRINE_MAX_IMAGES_PER_GIG = 2
    gig = GigFactory.create(owner=owner, pictures=2)
    more = FileFactory.create(owner=owner)

    response = put(signed_in(owner), gig, [*map(str, order(gig)), str(more.pk)])

    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "file_ids")
    with pytest.raises(Conflict):
        attach_image(gig=gig, file=more)
    assert len(order(gig)) == 2


def test_a_published_gig_without_pictures_is_a_draft_again(owner: User, signed_in: ClientFor) -> None:
    gig = GigFactory.create(owner=owner)

    assert put(signed_in(owner), gig, []).json()["images"] == []

    assert not Gig.objects.get().is_published


def test_a_failure_in_the_middle_leaves_the_old_order(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    gig = GigFactory.create(owner=owner, pictures=3)
    before = order(gig)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the machine stops here")

    monkeypatch.setattr(Gig, "save", fail)
    with pytest.raises(RuntimeError):
        set_images(gig=gig, file_ids=before[::-1])

    assert order(gig) == before


def test_a_rejected_picture_is_shown_to_owner_and_staff_alone(
    owner: User, stranger: User, staff: User, visitor: APIClient, signed_in: ClientFor
) -> None:
    gig = GigFactory.create(owner=owner, pictures=3)
    first, second, third = order(gig)
    UploadedFile.objects.filter(pk=first).update(moderation="rejected")

    for path in (f"/api/upload/gig-images/{gig.pk}", f"/api/gigs/{gig.pk}"):
        for client, seen in (
            (visitor, [second, third]),
            (signed_in(stranger), [second, third]),
            (signed_in(owner), [first, second, third]),
            (signed_in(staff), [first, second, third]),
        ):
            answer = client.get(path).json()
            assert [image["file_id"] for image in answer["images"]] == [str(pk) for pk in seen]
            assert answer.get("cover", {"file_id": str(seen[0])})["file_id"] == str(seen[0])


def test_the_same_picture_may_be_in_two_gigs(owner: User) -> None:
    one, two = GigFactory.create(owner=owner), GigFactory.create(owner=owner, pictures=0)

    attach_image(gig=two, file=one.images.get().file)

    assert order(one) == order(two)
    with pytest.raises(Conflict):
        attach_image(gig=two, file=one.images.get().file)
