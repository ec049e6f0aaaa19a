"""What comes round grows old from when it last ended well: what always fails is seen, however often it is begun."""

from datetime import timedelta

import pytest
from django.utils import timezone

from uploads_app.models import PeriodicRun
from uploads_app.observing import state
from uploads_app.worker import periodic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else comes round."""
    monkeypatch.setattr(periodic, "_all", {})


def told() -> dict[str, float]:
    return {sample.name: sample.value for metric in state._periodic() for sample in metric.samples}


def fails() -> None:
    raise ValueError("odd")


def make_old(name: str) -> None:
    long_ago = timezone.now() - timedelta(hours=5)
    PeriodicRun.objects.filter(pk=name).update(next_at=long_ago, done_at=long_ago)


def test_what_fails_each_time_grows_old() -> None:
    periodic.register("odd", lambda: 60, fails)
    assert periodic.run_if_due("odd")
    assert told()["vitrine_periodic_age_seconds"] < 60  # from when it was first known
    make_old("odd")
    assert periodic.run_if_due("odd")
    assert told()["vitrine_periodic_age_seconds"] >= 5 * 3600


def test_what_ended_well_is_young_again() -> None:
    periodic.register("even", lambda: 7200, lambda: None)
    periodic.run_if_due("even")
    make_old("even")
    assert periodic.run_if_due("even")
    assert told()["vitrine_periodic_age_seconds"] < 60
    assert told()["vitrine_periodic_every_seconds"] == 7200


def test_what_was_begun_before_its_end_was_written_down_counts_from_its_beginning() -> None:
    periodic.register("old", lambda: 60, lambda: None)
    PeriodicRun.objects.create(name="old", next_at=timezone.now() - timedelta(seconds=40))
    assert 100 <= told()["vitrine_periodic_age_seconds"] < 160
