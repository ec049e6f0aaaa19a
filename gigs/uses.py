"""What gigs use files for: their pictures, in order."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from gigs.models import Gig, GigImage
from gigs.pictures import hopeful
from uploads_app.images.recipes import Crop
from uploads_app.services.publishing.changes import look_again
from uploads_app.statements import Statement, given_many
from uploads_app.visibility import UsedBy, each_has

_IMAGES_OF = Statement(
    lambda: (
        GigImage.objects.filter(file__in=given_many("files"))
        .select_related("gig")
        .only("file", "gig__title")
        .order_by("gig")
    )
)


class GigUse:
    """A gig's pictures; public while the gig is published and its owner's account is active."""

    def public(self) -> Q:
        shown = GigImage.objects.filter(
            file=OuterRef("pk"), gig__published_at__isnull=False, gig__owner__is_active=True
        )
        return Q(each_has(shown))

    def used_by(self, file_ids: Sequence[UUID]) -> dict[UUID, list[UsedBy]]:
        places: dict[UUID, list[UsedBy]] = {}
        for image in _IMAGES_OF(files=file_ids):
            use = UsedBy(
                "gig",
                str(image.gig_id),
                str(image.gig),
                reverse("gig-edit", args=[image.gig_id]),
                shown_at=image.gig.get_absolute_url(),
                staff_url=reverse("admin:gigs_gig_change", args=[image.gig_id]),
                staff_needs="gigs.view_gig",
            )
            places.setdefault(image.file_id, []).append(use)
        return places

    def crops(self, file_ids: Sequence[UUID]) -> dict[UUID, list[Crop]]:
        found: dict[UUID, list[Crop]] = {}
        own = GigImage.objects.filter(file__in=file_ids, crop__isnull=False).order_by("pk")
        for file_id, crop in own.values_list("file", "crop"):
            found.setdefault(file_id, []).append(Crop(**(crop or {})))
        return found

    def detach(self, file_ids: Sequence[UUID]) -> None:
        """The pictures leave their gigs; a gig that has none left but rejected ones is a draft again.

        One that waits for staff keeps its gig where it is: it will be shown when they have approved it.

        The gigs are locked, in the order of their ids, after the files (see gigs.services.locking): a
        gig that is being published or rearranged at this moment waits, and then sees what is left.
        """
        used = GigImage.objects.filter(file__in=file_ids)
        gigs = Gig.objects.select_for_update().filter(pk__in=used.values("gig")).order_by("pk")
        gig_ids = [gig.pk for gig in gigs]
        used.delete()
        bare = Gig.objects.filter(pk__in=gig_ids, published_at__isnull=False)
        bare = bare.exclude(Exists(hopeful().filter(gig=OuterRef("pk"))))
        look_again(GigImage.objects.filter(gig__in=bare).values_list("file", flat=True))
        bare.update(published_at=None)


def files_of_gig(pk: int) -> QuerySet[GigImage, UUID]:
    """What a gig uses."""
    return GigImage.objects.filter(gig=pk).values_list("file", flat=True)


def file_of_image(pk: int) -> QuerySet[GigImage, UUID]:
    """What one of its places uses."""
    return GigImage.objects.filter(pk=pk).values_list("file", flat=True)


def files_of_person(pk: int) -> QuerySet[GigImage, UUID]:
    """What all gigs of a person use."""
    return GigImage.objects.filter(gig__owner=pk).values_list("file", flat=True)
