"""The demo: made once, taken up where it broke, and never where strangers reach the site."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from gigs.demo import drawing, making, offers
from gigs.demo.cast import BUDDIES, CAST, STAFF
from gigs.demo.offers import OFFERS, Shot
from gigs.demo.palettes import PALETTES
from gigs.demo.scenes import SCENES
from gigs.models import Gig, GigImage
from uploads_app.models import Report, UploadedFile
from users.models import Buddy, Profile, User

BEFRIENDED = {("marta", "noah"), ("noah", "kenji")}


def run(**options: Any) -> str:
    out = io.StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """Three gigs of two people, in pictures that take no time to draw."""

    def quick(shot: Shot, stem: str, number: int) -> drawing.Drawn:
        return drawing._drawn(f"{stem}-{number}", Image.new("RGB", (64, 48), "teal"), "JPEG", shot.alt)

    monkeypatch.setattr(making, "OFFERS", OFFERS[2:4] + OFFERS[-1:])
    monkeypatch.setattr(making, "CAST", tuple(p for p in CAST if p.username in ("marta", "kenji", "noah")))
    monkeypatch.setattr(
        making, "BUDDIES", {"marta": ("noah", "elin"), "noah": ("kenji",), "elin": ("marta",)}
    )
    monkeypatch.setattr(making, "draw_shot", quick)


def counts() -> tuple[int, int, int, int]:
    return User.objects.count(), Gig.objects.count(), GigImage.objects.count(), UploadedFile.objects.count()


def test_people_get_profiles_and_gigs_get_pictures(small: None) -> None:
    said = run()

    assert counts() == (4, 3, 5, 8)
    assert Gig.objects.filter(published_at__isnull=False).count() == 2
    assert not UploadedFile.objects.exclude(lifecycle="ready").exists()
    assert not UploadedFile.objects.filter(alt_text="").exists()
    assert Profile.objects.filter(image__isnull=False).count() == 3
    assert set(Buddy.objects.values_list("person__username", "buddy__username")) == BEFRIENDED
    assert Report.objects.get(reason="other").reporter.username == "kenji"
    staff = User.objects.get(username=STAFF)
    assert staff.is_staff
    assert staff.check_password(making.PASSWORD)
    assert "marta" in said
    assert making.PASSWORD in said


@pytest.mark.parametrize("second_factor", [False, True])
def test_staff_find_reports_a_rejection_and_an_appeal(
    small: None, monkeypatch: pytest.MonkeyPatch, settings: Any, second_factor: bool
) -> None:
    settings.VITRINE_ADMIN_2FA = second_factor
    monkeypatch.setattr(making, "OFFERS", [one for one in OFFERS if one.owner in ("marta", "kenji", "noah")])
    settings.VITRINE_REPORTS_TO_HIDE = 2  # the two who are left

    run()

    found = UploadedFile.objects.filter(queue_rank__gt=UploadedFile.QueueRank.PLAIN)
    assert sorted(found.values_list("withheld", "reports_open")) == [("", 1), ("appeal", 0), ("reports", 2)]
    assert UploadedFile.objects.filter(moderation="rejected").count() == 1
    for gig in Gig.objects.filter(published_at__isnull=False):
        shown = gig.images.filter(file__withheld="").exclude(file__moderation="rejected")
        assert shown.exists()


def test_running_it_again_makes_and_changes_nothing(small: None) -> None:
    run()
    Gig.objects.order_by("pk")[0].delete()
    Gig.objects.update(title="Renamed", published_at=None)
    before = counts()

    assert "already" in run()

    assert counts() == before
    assert not Gig.objects.exclude(title="Renamed").exists()


@pytest.mark.parametrize("at", [1, 4, 6])
def test_a_run_that_broke_is_taken_up(small: None, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    calls = 0
    real = making._take_in

    def breaks(picture: making.Wanted) -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            raise KeyboardInterrupt
        real(picture)

    monkeypatch.setattr(making, "_take_in", breaks)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert not making.is_whole()
    monkeypatch.setattr(making, "_take_in", real)

    run()

    assert counts() == (4, 3, 5, 8)
    assert (Buddy.objects.count(), Report.objects.count()) == (len(BEFRIENDED), 3)
    for gig in Gig.objects.all():
        positions = list(gig.images.values_list("position", flat=True))
        assert positions == list(range(len(positions)))


def test_it_refuses_where_strangers_reach_the_site(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.production")

    with pytest.raises(CommandError, match="public"):
        run()

    assert counts() == (0, 0, 0, 0)
    run(force=True)
    assert making.is_whole()


def test_buddies_are_people_of_the_cast() -> None:
    people = {person.username for person in CAST}
    assert people.issuperset(BUDDIES)
    for person, buddies in BUDDIES.items():
        assert (people - {person}).issuperset(buddies)


def test_every_offer_is_complete() -> None:
    people = {person.username for person in CAST}
    titles = [offer.title for offer in OFFERS]
    assert len(people) == 12
    assert len(set(titles)) == len(titles) == 30
    assert sum(offer.draft for offer in OFFERS) == 2
    for offer in OFFERS:
        assert offer.owner in people
        assert 1 <= len(offer.shots) <= 3
        for shot in offer.shots:
            assert shot.scene in SCENES
            assert shot.palette in PALETTES
            assert len(shot.alt) > 10


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_is_drawn_the_same_every_time(scene: str) -> None:
    shot = offers.Shot(scene, "fjord", "Something")

    one, two = drawing.draw_shot(shot, "x", 0), drawing.draw_shot(shot, "x", 0)

    assert one.data == two.data
    assert Image.open(io.BytesIO(one.data)).size == (1600, 1200)


def test_two_pictures_of_one_scene_differ() -> None:
    shot = offers.Shot("books", "fjord", "Books")

    assert drawing.draw_shot(shot, "x", 0).data != drawing.draw_shot(shot, "x", 1).data


def test_people_are_drawn_square() -> None:
    pictures = [Image.open(io.BytesIO(drawing.draw_avatar(person, n).data)) for n, person in enumerate(CAST)]

    assert {picture.size for picture in pictures} == {(800, 800)}
    assert {picture.format for picture in pictures} == {"JPEG", "PNG"}
