"""Every state of moderation, in both modes: who sees what, at the very next request and at every address."""

from itertools import product
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.test import Client

from uploads_app import visibility
from uploads_app.models import UploadedFile
from uploads_app.services.share import share
from uploads_app.tests.factories import FileFactory
from uploads_app.tests.moderation.scenes import Scene
from users.models import User

pytestmark = pytest.mark.django_db

MODES = ("after", "before")
STATES = ("unreviewed", "approved", "rejected")
WITHHELD = ("", "reports", "near_copy", "check", "appeal")


class State(NamedTuple):
    """Columns of a file, and the mode."""

    mode: str
    moderation: str
    withheld: str = ""
    legal_hold: bool = False

    @property
    def is_shown(self) -> bool:
        """The rule, said once more in other words."""
        if self.withheld or self.legal_hold or self.moderation == "rejected":
            return False
        return self.moderation == "approved" or self.mode == "after"


ALL = [
    State(mode, moderation, withheld, hold)
    for mode, moderation, withheld, hold in product(MODES, STATES, WITHHELD, (False, True))
    if not withheld or moderation == "unreviewed"  # the database holds to that
]
# Why a file is withheld makes no difference to who sees it (the first test holds all of them to the rule).
SOME = [
    state
    for state in ALL
    if state.withheld in ("", "reports")
    and not (state.legal_hold and (state.withheld or state.moderation == "rejected"))
]


def bring(state: State, settings: Any) -> None:
    settings.VITRINE_MODERATION = state.mode
    columns = state._asdict()
    del columns["mode"]
    UploadedFile.objects.update(**columns)


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def clients(owner: User, stranger: User, staff: User) -> dict[str, Client]:
    people = {"owner": owner, "stranger": stranger, "staff": staff}
    return {"visitor": browser()} | {name: browser(person) for name, person in people.items()}


@pytest.mark.parametrize("state", ALL, ids=str)
def test_the_two_ways_to_say_the_rule_agree(owner: User, state: State, settings: Any) -> None:
    file = FileFactory.create(owner=owner)
    bring(state, settings)
    file.refresh_from_db()
    assert visibility.is_showable(file) == state.is_shown
    assert UploadedFile.objects.filter(visibility.showable()).exists() == state.is_shown


WHOLE: list[tuple[dict[str, str], int]] = [({}, 200)]
WAYS = [*WHOLE, ({"If-None-Match": "the tag"}, 304), ({"Range": "bytes=0-3"}, 206)]


@pytest.mark.parametrize("state", SOME, ids=str)
def test_bytes_follow_at_the_next_request(
    scene: Scene, clients: dict[str, Client], state: State, settings: Any
) -> None:
    """Asked for in full, by HEAD, by a part, and by whoever has a copy already: never another answer."""
    tags = {path: clients["owner"].get(path)["ETag"] for path in scene.addresses.values()}
    bring(state, settings)
    refused = {"visitor": 401, "stranger": 404}
    for name, path in scene.addresses.items():
        public = state.is_shown and not name.startswith("lone")
        for who, client in clients.items():
            seen = public or who in ("owner", "staff")
            for headers, good in WHOLE if who in ("owner", "staff") else WAYS:
                if "If-None-Match" in headers:
                    headers = {"If-None-Match": tags[path]}
                # The owner of an edited file has the original's tag, which is not what others get.
                if good == 304 and name == "edited" and who in ("visitor", "stranger"):
                    good = 200
                answer = client.get(path, headers=headers)
                assert answer.status_code == (good if seen else refused[who]), (name, who, headers)
                if not seen:
                    assert answer["Cache-Control"] == "no-store"
            assert client.head(path).status_code == (200 if seen else refused[who]), (name, who)


@pytest.mark.parametrize("state", SOME, ids=str)
def test_a_link_opens_what_moderation_lets_be_seen(scene: Scene, state: State, settings: Any) -> None:
    bring(state, settings)
    token = share(scene.lone.pk, 3600).token
    for name, path in scene.addresses.items():
        if name.startswith("lone"):
            url = f"{path}{'&' if '?' in path else '?'}share={token}"
            assert browser().get(url).status_code == (200 if state.is_shown else 401), name


@pytest.mark.parametrize("state", SOME, ids=str)
def test_nginx_is_told_at_its_next_question(scene: Scene, state: State, settings: Any) -> None:
    settings.VITRINE_ACCEL = "/stored/"
    bring(state, settings)
    for name in ("used", "used card webp v", "edited card webp v"):
        answer = browser().get(scene.addresses[name], headers={"X-Vitrine-Ask": "1"})
        assert answer.status_code == (204 if state.is_shown else 401), name


PLACES = (
    "{page}", "/", "/people/owner/", "/api/gigs/{gig}", "/api/gigs", "/api/upload/gig-images/{gig}",
    "/api/users/owner",
)  # fmt: skip
OF_BUDDIES = ("/api/buddies", "/buddies/")


def _shows(client: Client, path: str, scene: Scene) -> bool:
    answer = client.get(path)
    assert answer.status_code == 200, path
    text = answer.content.decode()
    return any(f"/api/upload/{file.pk}" in text for file in (scene.used, scene.edited))


@pytest.mark.parametrize("state", SOME, ids=str)
def test_pages_and_lists_follow_at_the_next_request(
    scene: Scene, clients: dict[str, Client], stranger: User, state: State, settings: Any, signed_in: Any
) -> None:
    bring(state, settings)
    api = signed_in(stranger)
    for place in PLACES:
        url = place.format(page=scene.gig.get_absolute_url(), gig=scene.gig.pk)
        assert _shows(clients["visitor"], url, scene) == state.is_shown, place
        client = api if url.startswith("/api/") else clients["stranger"]
        assert _shows(client, url, scene) == state.is_shown, place
    assert _shows(api, OF_BUDDIES[0], scene) == state.is_shown
    assert _shows(clients["stranger"], OF_BUDDIES[1], scene) == state.is_shown
    for who in ("owner", "staff"):
        assert _shows(clients[who], scene.gig.get_absolute_url(), scene), who


@pytest.mark.parametrize("state", SOME, ids=str)
def test_metadata_is_the_owners_and_staffs_in_every_state(
    scene: Scene, owner: User, stranger: User, staff: User, state: State, settings: Any, signed_in: Any
) -> None:
    bring(state, settings)
    path = f"/api/upload/{scene.used.pk}/metadata"
    for person in (owner, staff):
        told = signed_in(person).get(path).json()
        assert told["visibility"] == ("public" if state.is_shown else "private")
        assert told["moderation_status"] == state.moderation
    assert browser().get(path).status_code == 401
    assert signed_in(stranger).get(path).status_code == (403 if state.is_shown else 404)


@pytest.mark.parametrize("state", SOME, ids=str)
def test_words_say_what_is_so(scene: Scene, clients: dict[str, Client], state: State, settings: Any) -> None:
    bring(state, settings)
    page = clients["owner"].get(f"/files/{scene.used.pk}/").content.decode()
    tiles = clients["owner"].get("/files/").content.decode()
    gig = clients["owner"].get(scene.gig.get_absolute_url()).content.decode()
    making = clients["owner"].get(f"/gigs/{scene.gig.pk}/edit").content.decode()
    assert ("Make a link" in page) == state.is_shown
    assert ("Nobody but you sees it." in tiles) == (not state.is_shown)
    assert ("only the owner and staff see it" in gig) == (not state.is_shown)
    assert (": others do not see it" in making) == (not state.is_shown)
    assert ("may be used meanwhile" in page) == (state.is_shown and state.moderation == "unreviewed")
    assert ("Approved" in page) == (state.is_shown and state.moderation == "approved")
    assert ("Why it was rejected" in page) == (state.moderation == "rejected")


def test_bytes_take_one_query_in_both_modes(
    scene: Scene, settings: Any, django_assert_num_queries: Any
) -> None:
    for mode in MODES:
        bring(State(mode, "approved"), settings)
        token = share(scene.lone.pk, 3600).token
        for path in (
            scene.addresses["used"],
            scene.addresses["used card webp v"],
            f"{scene.addresses['lone']}?share={token}",
        ):
            with django_assert_num_queries(1, connection=connection):
                assert browser().get(path).status_code == 200
