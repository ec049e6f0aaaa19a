"""Who may see a gig, and who may change it: every way in asks here."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q, QuerySet

from gigs.models import Gig
from uploads_app.errors import NotFound, PermissionDenied
from uploads_app.visibility import Viewer


def published() -> QuerySet[Gig]:
    """The gigs that everybody may see: published, and their owner's account is active."""
    return Gig.objects.filter(published_at__isnull=False, owner__is_active=True)


def visible_to(viewer: Viewer) -> QuerySet[Gig]:
    """The gigs that this viewer may see; None and AnonymousUser are visitors."""
    if viewer is None or not viewer.is_authenticated:
        return published()
    if getattr(viewer, "acts_as_staff", False):
        return Gig.objects.all()
    shown = Q(published_at__isnull=False, owner__is_active=True)
    return Gig.objects.filter(Q(owner=viewer.pk) | shown)


def visible_gig(viewer: Viewer, gig_id: int) -> Gig:
    """A gig that this viewer may see, with its owner and their profile.

    Raises NotFound when it is absent or not theirs to know of; the two are never told apart.
    """
    # An id beyond the column's range matches nothing: Django sees to that.
    gig = visible_to(viewer).select_related("owner__profile").filter(pk=gig_id).first()
    if gig is None:
        raise NotFound()
    return gig


def own_gig(person: AbstractBaseUser, gig_id: int) -> Gig:
    """A gig that this person may change. The services that change a gig take what this returns.

    Staff see every gig, and change other people's in the admin alone.
    Raises NotFound as `visible_gig`, PermissionDenied for a gig that is seen and not theirs.
    """
    gig = visible_gig(person, gig_id)
    if gig.owner_id != person.pk:
        raise PermissionDenied()
    return gig
