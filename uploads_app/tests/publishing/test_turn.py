"""What nobody noted is found in time: the more copies there are, the more of them a round looks at."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gigs.models import Gig
from uploads_app.images.presets import PRESETS
from uploads_app.models import PublicCopy, PublicityChange, Rendition, UploadedFile
from uploads_app.services.publishing import pace, publish
from uploads_app.services.publishing import sweep as sweeping
from uploads_app.services.publishing.sweep import sweep
from uploads_app.storage.places import S3_RENDITIONS
from uploads_app.tests.factories import FileFactory, ready_rendition
from uploads_app.tests.publishing.copies import states


@pytest.fixture
def many(copy: PublicCopy, file: UploadedFile) -> list[PublicCopy]:
    """Seven copies, by rows alone but for the first."""
    assert copy.rendition
    PublicCopy.objects.bulk_create(
        PublicCopy(
            file=file,
            key=f"public/00/{preset}.webp",
            state="offered",
            rendition=ready_rendition(file, preset, storage=S3_RENDITIONS),
        )
        for preset in [name for name in PRESETS if name != copy.rendition.preset][:6]
    )
    return list(PublicCopy.objects.order_by("pk"))


def _rounds(settings: Any, *, in_a_turn: int, all_up_to: int = 1) -> None:
    """A turn takes so many rounds. TIDY_EVERY stays what a round's publishing needs."""
    settings.VITRINE_PUBLIC_TURN = in_a_turn * settings.VITRINE_TIDY_EVERY
    settings.VITRINE_PUBLIC_SWEEP_ALL = all_up_to


@pytest.mark.parametrize("in_a_turn", [1, 2, 3, 7, 120])
def test_what_nobody_noted_is_withdrawn_within_one_turn(
    many: list[PublicCopy], settings: Any, in_a_turn: int
) -> None:
    _rounds(settings, in_a_turn=in_a_turn)
    for _ in range(2):  # somewhere on the way
        sweep()
    Gig.objects.update(published_at=None)
    for _ in range(min(in_a_turn, len(many) + 1)):
        sweep()
    assert states() == ["gone"] * len(many)


def test_a_round_looks_at_no_more_than_its_share(many: list[PublicCopy], settings: Any) -> None:
    _rounds(settings, in_a_turn=3)
    Gig.objects.update(published_at=None)
    found = []
    for _ in range(3):
        sweep()
        found.append(states().count("gone"))
    assert found == [3, 6, 7]


def test_few_are_all_looked_at_each_time(many: list[PublicCopy], settings: Any) -> None:
    _rounds(settings, in_a_turn=120, all_up_to=len(many))
    Gig.objects.update(published_at=None)
    sweep()
    assert states() == ["gone"] * len(many)


def test_the_share_follows_from_how_many_there_are(many: list[PublicCopy], settings: Any) -> None:
    _rounds(settings, in_a_turn=3)
    shares = [pace.part()]
    PublicCopy.objects.filter(pk=many[-1].pk).delete()
    PublicCopy.objects.filter(pk=many[-2].pk).delete()
    shares.append(pace.part())
    assert shares == [3, 2]


@pytest.mark.parametrize("changed", [{"VITRINE_MODERATION": "before"}, {"VITRINE_S3_PUBLIC_URL": ""}])
def test_another_rule_by_the_settings_is_followed_at_once(
    many: list[PublicCopy], settings: Any, changed: dict[str, str]
) -> None:
    _rounds(settings, in_a_turn=120)
    for name, value in changed.items():
        setattr(settings, name, value)
    sweep()
    assert states() == ["gone"] * len(many)
    assert pace.part() == 1


def test_another_rule_is_not_forgotten_when_a_round_breaks_off(
    many: list[PublicCopy], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_: object) -> None:
        raise RuntimeError("no")

    _rounds(settings, in_a_turn=120)
    settings.VITRINE_MODERATION = "before"
    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr("uploads_app.services.publishing.withdraw._forget_purged", breaks)
        sweep()
    sweep()
    assert states() == ["gone"] * len(many)


def test_a_look_at_what_stays_asks_the_storage_nothing(
    many: list[PublicCopy], no_storage: None, settings: Any
) -> None:
    settings.VITRINE_PUBLISH_ROWS = 1
    sweep()
    assert states() == ["offered"] * len(many)


def test_what_nobody_noted_becomes_public_in_its_turn(
    row: Rendition, file: UploadedFile, settings: Any
) -> None:
    settings.VITRINE_PUBLISH_ROWS = 1
    ready_rendition(file, "w320", storage=S3_RENDITIONS)
    PublicityChange.objects.all().delete()
    found = []
    for _ in range(2):
        sweep()
        found.append(states())
    assert found == [["offered"], ["offered"] * 2]


def test_withdrawals_do_not_wait_for_what_is_to_be_copied(
    copy: PublicCopy, gig: Gig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor for a round that ends before it comes to them."""
    other = FileFactory.create(owner=gig.owner)
    gig.images.create(file=other, position=20)
    ready_rendition(other, storage=S3_RENDITIONS)

    def dies(*_: Any) -> None:
        raise RuntimeError("no")

    gig.images.filter(file=copy.file).delete()
    monkeypatch.setattr(publish, "_write", dies)
    with pytest.raises(RuntimeError):
        sweep()
    assert states()[0] == "gone"


def test_publishing_has_its_time_however_long_withdrawals_took(
    copy: PublicCopy, gig: Gig, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = FileFactory.create(owner=gig.owner)
    gig.images.create(file=other, position=20)
    ready_rendition(other, storage=S3_RENDITIONS)
    clock = SimpleNamespace(now=0.0)
    clock.monotonic = lambda: clock.now

    def slow() -> None:
        clock.now += 10 * settings.VITRINE_TIDY_EVERY

    for module in (sweeping, publish):
        monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(sweeping, "mark_next", slow)
    sweep()
    assert states() == ["offered"] * 2
    assert not PublicityChange.objects.exists()
