"""Bars by day as shapes for an SVG that the server draws: no script, no library, no style of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from uploads_app.services.moderation.statistics import Daily

WIDTH, HEIGHT = 600, 160  # of the drawing, in its own units
_GAP = 0.25  # of a day's room, between bars


@dataclass(frozen=True, slots=True)
class Bar:
    """One amount of one day; `series` numbers its kind, for the colour."""

    x: float
    y: float
    width: float
    height: float
    series: int
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, its legend, and the same numbers as a table: rows of (day, amounts in words, in all)."""

    name: str
    title: str
    summary: str
    bars: list[Bar]
    kinds: list[str]
    rows: list[tuple[date, list[str], str]]
    highest: str


def chart(name: str, title: str, daily: Daily, words: Callable[[int], str] = str) -> Chart:
    """Stacked bars, a day each; `words` says an amount to people, `name` is unique on the page."""
    kinds = list(daily.series)
    columns = [[daily.series[kind][day] for kind in kinds] for day in range(len(daily.days))]
    sums = [sum(column) for column in columns]
    most = max(sums, default=0)
    bars = [
        bar
        for number, column in enumerate(columns)
        for bar in _stack(number, len(columns), column, most, daily.days[number], kinds, words)
    ]
    return Chart(
        name=name,
        title=title,
        summary=f"{words(sum(sums))} in {len(sums)} days, {words(most)} on the busiest day.",
        bars=bars,
        kinds=kinds,
        rows=[
            (day, [words(amount) for amount in column], words(total))
            for day, column, total in zip(daily.days, columns, sums, strict=True)
        ],
        highest=words(most),
    )


def _stack(
    number: int,
    many: int,
    column: list[int],
    most: int,
    day: date,
    kinds: list[str],
    words: Callable[[int], str],
) -> list[Bar]:
    """One day's amounts on top of each other; what is nothing is not drawn."""
    room = WIDTH / many
    below = 0.0
    bars = []
    for series, amount in enumerate(column):
        if amount:
            height = HEIGHT * amount / most
            below += height
            x = room * (number + _GAP / 2)
            said = f"{day.isoformat()}: {words(amount)} {kinds[series]}"
            bars.append(
                Bar(
                    round(x, 2),
                    round(HEIGHT - below, 2),
                    round(room * (1 - _GAP), 2),
                    round(height, 2),
                    series,
                    said,
                )
            )
    return bars
