"""Which pictures of a gig a viewer may see. The rule itself is uploads_app's; here it meets their order."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from gigs.models import Gig, GigImage
from uploads_app import visibility
from uploads_app.images.recipes import Crop
from uploads_app.models import UploadedFile
from uploads_app.rendition_sets import attach_renditions
from uploads_app.services.rendering.wanted import variant

SHOWN = {"file__lifecycle": UploadedFile.Lifecycle.READY}


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of a gig on a page: its file, and the gig's own crop of it."""

    file: UploadedFile
    crop: Crop | None

    @property
    def variant(self) -> str:
        """The name of that crop in rows of renditions."""
        return variant(self.crop)

    @property
    def is_hidden(self) -> bool:
        """Whether moderation keeps it from everybody but its owner and staff."""
        return not visibility.is_showable(self.file)


def showable() -> QuerySet[GigImage]:
    """The pictures that everybody would see if their gig was published."""
    return GigImage.objects.filter(visibility.showable("file__"), **SHOWN)


def hopeful() -> QuerySet[GigImage]:
    """Those, and the ones that staff may still approve."""
    return GigImage.objects.filter(**SHOWN).exclude(file__moderation=UploadedFile.Moderation.REJECTED)


def variant_of(image: GigImage) -> str:
    """Which variant of its file's renditions a gig shows: its own crop's, else the plain one."""
    return variant(crop_of(image))


def crop_of(image: GigImage) -> Crop | None:
    """A gig's own crop of a picture, where it has one."""
    return Crop(**image.crop) if image.crop else None


def visible_images(viewer: visibility.Viewer) -> QuerySet[GigImage]:
    """The pictures that this viewer may see, in their order, each with its file but without its sizes."""
    seen = visibility.visible_to(viewer).filter(pk=OuterRef("file"))
    return GigImage.objects.filter(Exists(seen)).select_related("file").order_by("position")


def pictures_of(gig: Gig, viewer: visibility.Viewer, *, for_pages: bool = False) -> list[GigImage]:
    """The pictures of a gig that this viewer may see, in their order, each in all sizes; two queries."""
    images = list(visible_images(viewer).filter(gig=gig))
    attach_renditions([image.file for image in images], for_pages=for_pages)
    return images


def with_covers(viewer: visibility.Viewer) -> "Prefetch[str, QuerySet[GigImage], str]":
    """Prefetches each gig's first visible picture into `covers` (a list of one or none), in one query."""
    return Prefetch("images", queryset=visible_images(viewer)[:1], to_attr="covers")


def cover_of(gig: Gig) -> GigImage | None:
    """The cover of a gig that was fetched `with_covers`; None when the viewer may see no picture of it."""
    covers: list[GigImage] = gig.covers  # type: ignore[attr-defined]  # set by the prefetch
    return covers[0] if covers else None


def shots_of(
    gigs: Iterable[Gig], viewer: visibility.Viewer, *, most: int = 1, whole: Gig | None = None
) -> dict[int, list[Shot]]:
    """The first pictures of each gig, `most` at most, and of `whole` all of them, by the gig's id; one query.

    Those that this viewer may see, in their order, without their sizes: the caller has those fetched in one
    go with its other pictures.
    """
    found: dict[int, list[Shot]] = {gig.pk: [] for gig in gigs}
    wanted = Q(place__lte=most)
    if whole is not None:
        found[whole.pk] = []
        wanted |= Q(gig=whole)
    place = Window(RowNumber(), partition_by=F("gig"), order_by=F("position").asc())
    images = visible_images(viewer).filter(gig__in=found).annotate(place=place).filter(wanted)
    for image in images:
        found[image.gig_id].append(Shot(image.file, crop_of(image)))
    return found
