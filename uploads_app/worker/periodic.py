"""What comes round: each room says what and how often, and one worker of all does it each time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models.functions import Now

from uploads_app.locking import take
from uploads_app.models import PeriodicRun

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Periodic:
    """`every` is in seconds, asked for when it matters: settings may change in tests."""

    name: str
    every: Callable[[], float]
    work: Callable[[], object]


_all: dict[str, Periodic] = {}


def register(name: str, every: Callable[[], float], work: Callable[[], object]) -> None:
    """Adds something periodic. Called once per process, from AppConfig.ready."""
    _all[name] = Periodic(name, every, work)


def names() -> list[str]:
    """All that comes round."""
    return list(_all)


def every(name: str) -> float:
    """How often something comes round, in seconds."""
    return _all[name].every()


def run_if_due(name: str) -> bool:
    """Does one thing if it is due and nobody else took it. What fails is logged, and comes round again."""
    one = _all[name]
    return _take(one) and _do(one)


def run_due() -> list[str]:
    """Does all that is due and nobody else took; names it."""
    return [name for name in names() if run_if_due(name)]


def make_due(name: str) -> None:
    """Has something done again now rather than at its next time."""
    PeriodicRun.objects.filter(pk=name).update(next_at=Now())


def _take(one: Periodic) -> bool:
    following = Now() + timedelta(seconds=one.every())
    if take(PeriodicRun.objects.filter(pk=one.name, next_at__lte=Now()), next_at=following):
        return True
    _, first = PeriodicRun.objects.get_or_create(
        pk=one.name, defaults={"next_at": following, "done_at": Now()}
    )
    return first


def _do(one: Periodic) -> bool:
    try:
        one.work()
    except Exception:
        logger.exception("periodic work %s failed", one.name)
    else:
        PeriodicRun.objects.filter(pk=one.name).update(done_at=Now())
    return True
