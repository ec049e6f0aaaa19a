"""What gigs use files for: their pictures, in order."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from gigs.models import Gig, GigImage
from uploads_app.visibility import UsedBy


class GigUse:
    """A gig's pictures; public while the gig is published and its owner's account is active."""

    def public(self) -> Q:
        shown = GigImage.objects.filter(
            file=OuterRef("pk"), gig__published_at__isnull=False, gig__owner__is_active=True
        )
        return Q(Exists(shown))

    def used_by(self, file_ids: Sequence[UUID]) -> dict[UUID, list[UsedBy]]:
        places: dict[UUID, list[UsedBy]] = {}
        for image in GigImage.objects.filter(file__in=file_ids).select_related("gig"):
            places.setdefault(image.file_id, []).append(UsedBy("gig", str(image.gig_id), image.gig.title))
        return places

    def detach(self, file_ids: Sequence[UUID]) -> None:
        """The pictures leave their gigs; a gig that has none left is a draft again."""
        GigImage.objects.filter(file__in=file_ids).delete()
        Gig.objects.filter(published_at__isnull=False, images__isnull=True).update(published_at=None)
