"""People whom somebody may like to have as buddies, and why.

Two things speak for a person: buddies in common (a buddy of the one who asks has chosen them, or they have
chosen that buddy) and tags that both offer in published gigs. One query finds all of that. It weighs no
more than the bounds below allow, however large the marketplace is; what grows with it is only finding the
latest among the links of a popular buddy and the gigs of a popular tag.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Value

from gigs.models import GigTag
from users.models import Buddy, User
from users.services.buddies import visible_buddies

DEFAULT, MOST = 12, 50  # people
_BUDDIES = 100  # of one's own, the latest
_TAGS = 20  # of one's own, those that most of one's gigs have
_LINKS = 2000  # in each direction, and tags of other gigs, the latest of each
_TAGS_NAMED = 3
# A buddy in common says more of a person than a tag.
_BUDDY_WEIGHT, _TAG_WEIGHT = 2, 1


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Somebody, with their profile as `users.faces` takes them, and a sentence that says why."""

    person: User
    reason: str


@dataclass(slots=True)
class _Found:
    """What speaks for one person."""

    username: str
    buddies: set[int] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)

    def rank(self) -> tuple[int, str]:
        score = _BUDDY_WEIGHT * len(self.buddies) + _TAG_WEIGHT * len(self.tags)
        return -score, self.username.lower()


def recommend(person: User, *, limit: int = DEFAULT) -> list[Recommendation]:
    """At most `limit` (MOST) people, the best first, those alike by username; two queries.

    Never oneself, a buddy one has, or somebody whose profile is hidden or whose account is disabled.
    """
    found: dict[int, _Found] = {}
    for pk, username, buddy, tag in _evidence(person):
        one = found.setdefault(pk, _Found(username))
        if tag:
            one.tags.add(tag)
        else:
            one.buddies.add(buddy)
    best = sorted(found, key=lambda pk: found[pk].rank())[: min(limit, MOST)]
    people = User.objects.select_related("profile").in_bulk(best)
    return [Recommendation(people[pk], _reason(found[pk])) for pk in best if pk in people]


def _evidence(person: User) -> Iterable[tuple[Any, ...]]:
    """For everybody who may be recommended: (id, username, buddy in common or 0, tag in common or "")."""
    mine = visible_buddies(person).order_by("-created_at", "-pk")[:_BUDDIES].values("buddy")
    chosen = _latest(Buddy.objects.filter(person__in=mine))
    choosing = _latest(Buddy.objects.filter(buddy__in=mine))
    offering = GigTag.objects.filter(pk__in=_tagged(person), gig__published_at__isnull=False).order_by()
    no_tag, no_buddy = Value(""), Value(0)
    return (
        _eligible(chosen, "buddy", person)
        .values_list("buddy", "buddy__username", "person", no_tag)
        .union(
            _eligible(choosing, "person", person).values_list("person", "person__username", "buddy", no_tag),
            _eligible(offering, "gig__owner", person).values_list(
                "gig__owner", "gig__owner__username", no_buddy, "name"
            ),
        )
    )


def _latest(links: QuerySet[Buddy]) -> QuerySet[Buddy]:
    return Buddy.objects.filter(pk__in=links.order_by("-pk")[:_LINKS].values("pk"))


def _tagged(person: User) -> QuerySet[Any, Any]:
    """Tags of the newest gigs that have one of this person's own tags."""
    own = GigTag.objects.filter(gig__owner=person, gig__published_at__isnull=False)
    often = own.values("name").annotate(gigs=Count("pk")).order_by("-gigs", "name")[:_TAGS]
    tags = GigTag.objects.filter(name__in=often.values("name"))
    return tags.order_by("-gig", "name")[:_LINKS].values("pk")


def _eligible(rows: QuerySet[Any], path: str, person: User) -> QuerySet[Any]:
    """Those rows at whose `path` stands somebody whom this person may be shown, and does not have yet."""
    present = Buddy.objects.filter(person=person, buddy=OuterRef(path))
    shown = rows.filter(**{f"{path}__is_active": True, f"{path}__profile__is_public": True})
    return shown.exclude(**{path: person.pk}).exclude(Exists(present))


def _reason(found: _Found) -> str:
    """Such as "2 buddies in common", "Both offer portrait, wedding", or both."""
    count, tags = len(found.buddies), sorted(found.tags)
    common = f"{count} {'buddy' if count == 1 else 'buddies'} in common" if count else ""
    if not tags:
        return common
    more = f" and {len(tags) - _TAGS_NAMED} more" if len(tags) > _TAGS_NAMED else ""
    offer = f"offer {', '.join(tags[:_TAGS_NAMED])}{more}"
    return f"{common}, and both {offer}" if common else f"Both {offer}"
