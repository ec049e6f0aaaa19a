"""A person's own gigs, as the list they work through: drafts first, each with what it still needs."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Count, DateTimeField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce

from gigs.models import Gig
from gigs.pictures import Shot, cover_of, crop_of, showable, with_covers
from gigs.services.publish import Need, listed, needs
from uploads_app import pagination
from uploads_app.rendition_sets import attach_renditions

# Where drafts stand in the order of publication: before all that is published.
_NOT_YET = datetime(9999, 1, 1, tzinfo=UTC)
_ORDER = pagination.newest("place", pagination.whole)


@dataclass(frozen=True, slots=True)
class OwnGig:
    """One gig in its owner's list; `cover` comes with its sizes."""

    gig: Gig
    cover: Shot | None
    pictures: int
    missing: list[Need]

    @property
    def still_needs(self) -> str:
        """What is missing, as a part of a sentence; empty where nothing is."""
        return listed(self.missing) if self.missing else ""


@dataclass(frozen=True, slots=True)
class OwnGigs:
    """One page; `next` and `previous` are cursors, None at the ends."""

    rows: list[OwnGig]
    next: str | None
    previous: str | None


def own_gigs(owner: AbstractBaseUser, *, limit: int, cursor: str | None = None) -> OwnGigs:
    """A page of a person's gigs: drafts first, then what is published, each newest first; three queries.

    Raises Invalid for a cursor that was not given out.
    """
    page = pagination.page(_of(owner), _ORDER, limit=limit, cursor=cursor)
    rows = [_row(gig) for gig in page.rows]
    attach_renditions([row.cover.file for row in rows if row.cover], for_pages=True)
    return OwnGigs(rows, page.next, page.previous)


def _of(owner: AbstractBaseUser) -> QuerySet[Gig]:
    place = Coalesce("published_at", Value(_NOT_YET), output_field=DateTimeField())
    return (
        Gig.objects.filter(owner=owner.pk)
        .annotate(
            place=place,
            has_picture=Exists(showable().filter(gig=OuterRef("pk"))),
            picture_count=Count("images"),
        )
        .prefetch_related(with_covers(owner))
    )


def _row(gig: Gig) -> OwnGig:
    has_picture: bool = gig.has_picture  # type: ignore[attr-defined]  # annotated above
    count: int = gig.picture_count  # type: ignore[attr-defined]
    cover = cover_of(gig)
    return OwnGig(
        gig=gig,
        cover=Shot(cover.file, crop_of(cover)) if cover else None,
        pictures=count,
        missing=needs(gig, has_picture=has_picture),
    )
