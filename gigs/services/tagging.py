"""The tags of a gig, written as a whole."""

from collections.abc import Sequence

from gigs.models import Gig, GigTag


def replace_tags(gig: Gig, tags: Sequence[str]) -> None:
    """Makes these the gig's tags, within the caller's transaction. They must have passed `rules.tags`."""
    if list(gig.tags.order_by("pk").values_list("name", flat=True)) == list(tags):
        return
    gig.tags.all().delete()
    GigTag.objects.bulk_create(GigTag(gig=gig, name=name) for name in tags)
