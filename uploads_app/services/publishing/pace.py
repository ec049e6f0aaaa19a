"""How many copies a round looks at: so many that none waits longer than VITRINE_PUBLIC_TURN, whatever their number."""

from __future__ import annotations

from django.conf import settings

from uploads_app.models import PublicCopy, Walk
from uploads_app.services.publishing.rule import is_on

_RULE = "public.rule"


def part() -> int | None:
    """The rows of the next round; None for all at once, where the settings make another rule of who sees what.

    One more than their share of the rounds in a turn, so that the last of them comes to the end.
    """
    if _remembered() != _rule():
        return None
    rounds = max(1, settings.VITRINE_PUBLIC_TURN // settings.VITRINE_TIDY_EVERY)
    return max(settings.VITRINE_PUBLIC_SWEEP_ALL, PublicCopy.objects.count() // rounds + 1)


def remember_rule() -> None:
    """Once all copies follow it."""
    if _remembered() != _rule():
        Walk.objects.update_or_create(pk=_RULE, defaults={"after": _rule()})


def _remembered() -> str:
    return Walk.objects.filter(pk=_RULE).values_list("after", flat=True).first() or ""


def _rule() -> str:
    return f"{settings.VITRINE_MODERATION} {is_on()}"
