"""Gigs as pages show them in grids: the pictures, what is said, and who offers it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gigs.models import Gig
from gigs.pictures import Shot, shots_of
from uploads_app.addresses import on_demand
from uploads_app.images.presets import PRESETS, OutputFormat
from uploads_app.models import UploadedFile
from uploads_app.visibility import Viewer
from users.faces import Face, avatars, faces

People = Mapping[Any, Face]  # by the id of the user
Shots = Mapping[int, Sequence[Shot]]  # by the id of the gig
_CARD = PRESETS["card"]


@dataclass(frozen=True, slots=True)
class Card:
    """One gig of a grid. Covers and avatars are without their sizes until those are fetched (`files_of`)."""

    gig: Gig
    owner: Face
    shots: Sequence[Shot]

    @property
    def cover(self) -> Shot | None:
        """The first picture that the viewer may see."""
        return self.shots[0] if self.shots else None

    @property
    def strip(self) -> str:
        """Where the pictures after the cover are, by spaces: addresses, which take no rows to know."""
        return " ".join(on_demand(shot.file, _CARD, OutputFormat.WEBP, shot.crop) for shot in self.shots[1:])


def cards_of(
    gigs: Sequence[Gig], viewer: Viewer, *, most: int = 1, people: People | None = None
) -> list[Card]:
    """Cards of gigs fetched with `select_related("owner__profile")`, with `most` pictures each; two queries.

    One query where the owners' faces are known already.
    """
    shots = shots_of(gigs, viewer, most=most)
    return cards_with(gigs, shots, people or faces((gig.owner for gig in gigs), viewer))


def cards_with(gigs: Iterable[Gig], shots: Shots, people: People) -> list[Card]:
    """Cards of gigs whose pictures and owners were fetched."""
    return [Card(gig, people[gig.owner_id], shots[gig.pk]) for gig in gigs]


def files_of(cards: Iterable[Card]) -> list[UploadedFile]:
    """Every picture that these cards show at once, each once, for `attach_renditions`."""
    shown = list(cards)
    files = [card.cover.file for card in shown if card.cover] + avatars(card.owner for card in shown)
    return list({id(file): file for file in files}.values())
