"""Which tags are worth offering to people who look around."""

from django.core.cache import cache
from django.db.models import Count

from gigs.models import GigTag
from gigs.services.access import published

_KEY = "gigs.popular-tags"
_KEPT = 60  # seconds: the list moves slowly, and counting every tag is more work than a page of gigs
_MOST = 24


def popular_tags(most: int = 12) -> list[str]:
    """The tags that most published gigs have, at most 24; one query, or none within the minute."""
    names: list[str] | None = cache.get(_KEY)
    if names is None:
        tags = GigTag.objects.filter(gig__in=published().values("pk")).order_by()
        counted = tags.values("name").annotate(gigs=Count("pk")).order_by("-gigs", "name")
        names = [row["name"] for row in counted[:_MOST]]
        cache.set(_KEY, names, _KEPT)
    return names[:most]
