"""Who gets what answer, for every path of a file, in every state: one table."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import get_resolver
from rest_framework.test import APIClient

from gigs.models import GigImage
from gigs.tests.factories import GigFactory
from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory, ready_rendition, store_bytes
from users.models import User
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], APIClient]

VIEWERS = ("visitor", "stranger", "owner", "staff", "disabled")
STATES = (
    "ready",
    "pending",
    "deleted",
    "rejected",
    "rejected in a public gig",
    "attached public",
    "attached private",
    "profile public",
    "profile hidden",
    "owner disabled",
)

# For each call: what each viewer is answered, by state. `disabled` is an account that was switched off and
# keeps its token: it is nobody, everywhere, even where a visitor would be let in.
HIDDEN = {"visitor": 401, "stranger": 404, "disabled": 401}
READ_PRIVATE = HIDDEN | {"owner": 200, "staff": 200}
READ_PUBLIC = {"visitor": 200, "stranger": 200, "owner": 200, "staff": 200, "disabled": 401}
GONE = HIDDEN | {"owner": 404, "staff": 404}
NOT_READY = HIDDEN | {"owner": 409, "staff": 409}
OWNERS_PUBLIC = {"visitor": 401, "stranger": 403, "disabled": 401}
NEVER = dict.fromkeys(VIEWERS, 405) | {"disabled": 401}

PUBLIC_STATES = ("attached public", "profile public")


def _row(state: str, private: dict[str, int], public: dict[str, int]) -> dict[str, int]:
    if private is NEVER:
        return NEVER | ({"owner": 401} if state == "owner disabled" else {})
    if state == "pending":
        return NOT_READY
    if state == "deleted":
        return GONE
    if state == "owner disabled":
        return private | {"owner": 401}
    return public if state in PUBLIC_STATES else private


def _change(owner: int, staff: int) -> tuple[dict[str, int], dict[str, int]]:
    """Rows of a call that is the owner's: for private files, and for files that others may see."""
    own = {"owner": owner, "staff": staff}
    return HIDDEN | own, OWNERS_PUBLIC | own


# Whoever sees a file reports it, but for its owner.
REPORT = (
    HIDDEN | {"owner": 400, "staff": 202},
    READ_PUBLIC | {"visitor": 401, "stranger": 202, "owner": 400, "staff": 202},
)

CALLS: dict[str, tuple[str, str, Any, tuple[dict[str, int], dict[str, int]]]] = {
    "bytes": ("get", "/api/upload/{id}", None, (READ_PRIVATE, READ_PUBLIC)),
    "head": ("head", "/api/upload/{id}", None, (READ_PRIVATE, READ_PUBLIC)),
    "with slash": ("get", "/api/upload/{id}/", None, (READ_PRIVATE, READ_PUBLIC)),
    "rendition": ("get", "/api/upload/{id}/card.webp", None, (READ_PRIVATE, READ_PUBLIC)),
    "edit": ("put", "/api/upload/{id}/edits", {"flip": True}, _change(200, 403)),
    "restore": ("delete", "/api/upload/{id}/edits", None, _change(200, 403)),
    "share": ("post", "/api/upload/{id}/share", {"expires_in": 3600}, _change(200, 403)),
    "metadata": ("get", "/api/upload/{id}/metadata", None, _change(200, 200)),
    "change": ("patch", "/api/upload/{id}/metadata", {"alt_text": "x"}, _change(200, 403)),
    "delete": ("delete", "/api/upload/{id}", None, _change(204, 403)),
    "report": ("post", "/api/upload/{id}/report", {"reason": "spam"}, REPORT),
    "appeal": ("post", "/api/upload/{id}/appeal", {"text": "Mine."}, _change(409, 403)),
    "complete": ("post", "/api/upload/{id}/complete", {}, _change(409, 403)),
    "post": ("post", "/api/upload/{id}", {}, (NEVER, NEVER)),
}


def file_in(state: str, owner: User) -> UploadedFile:
    lifecycle = state if state in ("pending", "deleted") else "ready"
    moderation = "rejected" if state.startswith("rejected") else "unreviewed"
    file = FileFactory.create(owner=owner, lifecycle=lifecycle, moderation=moderation)
    store_bytes(file)
    ready_rendition(file)
    if state in ("attached public", "attached private", "rejected in a public gig"):
        gig = GigFactory.create(owner=owner, published=state != "attached private")
        GigImage.objects.create(gig=gig, file=file, position=7)
    if state in ("profile public", "profile hidden", "owner disabled"):
        owner.profile.image = file
        owner.profile.is_public = state != "profile hidden"
        owner.profile.save(update_fields=["image", "is_public"])
    if state == "owner disabled":
        owner.is_active = False
        owner.save(update_fields=["is_active"])
    return file


@pytest.fixture
def clients(owner: User, stranger: User, staff: User, signed_in: SignedIn) -> dict[str, APIClient]:
    disabled = UserFactory.create(username="disabled")
    people = {"stranger": stranger, "owner": owner, "staff": staff, "disabled": disabled}
    found = {name: signed_in(person) for name, person in people.items()} | {"visitor": APIClient()}
    disabled.is_active = False
    disabled.save(update_fields=["is_active"])
    return found


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("call", CALLS)
def test_every_viewer_gets_the_answer_of_the_table(
    call: str, state: str, owner: User, clients: dict[str, APIClient]
) -> None:
    method, path, body, (private, public) = CALLS[call]
    expected = _row(state, private, public)
    if call == "appeal" and state.startswith("rejected"):
        expected = expected | {"owner": 201}
    found = {}
    for viewer in VIEWERS:
        if call == "delete":  # each viewer asks about a file of its own
            UploadedFile.objects.all().update(lifecycle="purged", lease_until=None)
            GigImage.objects.all().delete()
        file = file_in(state, owner)
        send = getattr(clients[viewer], method)
        answer = (
            send(path.format(id=file.pk), body, format="json")
            if body is not None
            else send(path.format(id=file.pk))
        )
        found[viewer] = answer.status_code
        GigImage.objects.filter(file=file).delete()
    assert found == expected


def test_private_and_absent_are_told_in_the_same_words(
    owner: User, visitor: APIClient, stranger: User, signed_in: SignedIn
) -> None:
    file = FileFactory.create(owner=owner)
    absent = "00000000-0000-4000-8000-000000000000"
    for client in (visitor, signed_in(stranger)):
        for path in ("/api/upload/{}", "/api/upload/{}/metadata"):
            one, other = client.get(path.format(file.pk)), client.get(path.format(absent))
            assert one.status_code == other.status_code
            assert one.content == other.content
            own = {"X-Request-ID": ""}  # another for each request
            assert dict(one.headers) | own == dict(other.headers) | own


def test_a_stranger_with_the_right_etag_gets_no_304(owner: User, stranger: User, signed_in: SignedIn) -> None:
    file = FileFactory.create(owner=owner)
    store_bytes(file)
    url = f"/api/upload/{file.pk}"
    tag = signed_in(owner).get(url)["ETag"]
    assert signed_in(owner).get(url, headers={"If-None-Match": tag}).status_code == 304
    assert signed_in(stranger).get(url, headers={"If-None-Match": tag}).status_code == 404


def test_the_table_covers_every_path_of_one_file() -> None:
    patterns = {str(pattern.pattern) for pattern in get_resolver().url_patterns}
    routes = {each for each in patterns if each.startswith("api/") and "uuid:file_id" in each}
    covered = {
        path.strip("/")
        .replace("{id}", "<uuid:file_id>")
        .replace("card.webp", "<slug:preset>.<slug:extension>")
        for _, path, _, _ in CALLS.values()
    }
    assert routes == covered
