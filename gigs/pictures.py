"""Which pictures of a gig a viewer may see. The rule itself is uploads_app's; here it meets their order."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from gigs.models import Gig, GigImage
from uploads_app import visibility
from uploads_app.models import UploadedFile
from uploads_app.rendition_sets import attach_renditions

SHOWN = {"file__lifecycle": UploadedFile.Lifecycle.READY}
HIDDEN = {"file__moderation": UploadedFile.Moderation.REJECTED}


def showable() -> QuerySet[GigImage]:
    """The pictures that everybody would see if their gig was published."""
    return GigImage.objects.filter(**SHOWN).exclude(**HIDDEN)


def visible_images(viewer: visibility.Viewer) -> QuerySet[GigImage]:
    """The pictures that this viewer may see, in their order, each with its file but without its sizes."""
    seen = visibility.visible_to(viewer).filter(pk=OuterRef("file"))
    return GigImage.objects.filter(Exists(seen)).select_related("file").order_by("position")


def pictures_of(gig: Gig, viewer: visibility.Viewer) -> list[GigImage]:
    """The pictures of a gig that this viewer may see, in their order, each in all sizes; two queries."""
    images = list(visible_images(viewer).filter(gig=gig))
    attach_renditions([image.file for image in images])
    return images


def with_covers(viewer: visibility.Viewer) -> "Prefetch[str, QuerySet[GigImage], str]":
    """Prefetches each gig's first visible picture into `covers` (a list of one or none), in one query."""
    return Prefetch("images", queryset=visible_images(viewer)[:1], to_attr="covers")


def cover_of(gig: Gig) -> GigImage | None:
    """The cover of a gig that was fetched `with_covers`; None when the viewer may see no picture of it."""
    covers: list[GigImage] = gig.covers  # type: ignore[attr-defined]  # set by the prefetch
    return covers[0] if covers else None
