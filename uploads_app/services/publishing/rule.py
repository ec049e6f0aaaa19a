"""Which renditions have a public copy, by the one rule of who sees what, and which copies are to go."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from uploads_app.models import PublicCopy, Rendition, UploadedFile
from uploads_app.storage.places import has_public_copies
from uploads_app.visibility import in_public

_State = PublicCopy.State


def is_on() -> bool:
    """Whether public copies are made, and people sent to them."""
    return bool(settings.VITRINE_S3_PUBLIC_URL) and has_public_copies()


def to_be_public() -> QuerySet[Rendition]:
    """The renditions that everybody may see; none where no copies are made."""
    if not is_on():
        return Rendition.objects.none()
    everybodys = UploadedFile.objects.filter(in_public())
    return Rendition.objects.filter(state=Rendition.State.READY, file__in=everybodys)


def given_up() -> QuerySet[PublicCopy]:
    """The copies whose maker died."""
    return PublicCopy.objects.filter(state=_State.PENDING, lease_until__lte=Now())


def to_be_withdrawn() -> QuerySet[PublicCopy]:
    """Those, and the copies of what is not public any more. To be narrowed down: it looks at each copy."""
    expired = Q(state=_State.PENDING, lease_until__lte=Now())
    # For each copy by itself: to compare with the list of all that is public, that list would be made first.
    offered = Q(state=_State.OFFERED) & ~Exists(to_be_public().filter(pk=OuterRef("rendition")))
    return PublicCopy.objects.filter(expired | offered)
