"""What a person shows of themselves, and who gets to see it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from uploads_app.errors import NotFound
from uploads_app.models import UploadedFile
from uploads_app.services.publishing.changes import look_again
from uploads_app.visibility import Viewer, visible_to
from users.models import Profile, User

WRITABLE = ("display_name", "headline", "bio", "location", "is_public")
_COMPLETE = ("display_name", "headline", "bio", "location")


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of a profile is filled in, and what is not."""

    percent: int
    missing: list[str]


def update_profile(user: User, changes: Mapping[str, str | bool]) -> Profile:
    """Writes the fields of a profile that are given; others than WRITABLE are passed over."""
    profile = profile_of(user)
    fields = {name: changes[name] for name in WRITABLE if name in changes}
    with transaction.atomic():
        own = Profile.objects.filter(pk=user.pk)
        if fields and not own.update(**fields):
            raise NotFound()
        if "is_public" in fields:
            look_again(own.values_list("image", flat=True))
    for name, value in fields.items():
        setattr(profile, name, value)
    return profile


def profile_of(user: User) -> Profile:
    """A person's profile, with them. Raises NotFound when their account has just ended."""
    profile = Profile.objects.select_related("user").filter(pk=user.pk).first()
    if profile is None:
        raise NotFound()
    return profile


def visible_profile(username: str, viewer: Viewer) -> Profile:
    """The profile of a person as far as this viewer may know of it.

    Raises NotFound for one that is hidden, disabled or absent, alike; oneself and staff see theirs.
    """
    people = User.objects.with_username(username)
    profile = visible_profiles(viewer).select_related("user").filter(user__in=people).first()
    if profile is None:
        raise NotFound()
    return profile


def visible_profiles(viewer: Viewer) -> QuerySet[Profile]:
    """The profiles that this viewer may know of; None and AnonymousUser are visitors."""
    if getattr(viewer, "acts_as_staff", False):
        return Profile.objects.all()
    own = viewer.pk if viewer is not None and viewer.is_authenticated else None
    return Profile.objects.filter(Q(is_public=True) | Q(pk=own), user__is_active=True)


def visible_picture(profile: Profile, viewer: Viewer) -> UploadedFile | None:
    """The picture of a profile; None for a viewer who may not see it."""
    if profile.image_id is None:
        return None
    return visible_to(viewer).filter(pk=profile.image_id).first()


def completeness(profile: Profile) -> Completeness:
    """Five things make a profile complete, each a fifth."""
    missing = [name for name in _COMPLETE if not getattr(profile, name).strip()]
    if profile.image_id is None:
        missing.append("profile_image")
    total = len(_COMPLETE) + 1
    return Completeness(percent=100 * (total - len(missing)) // total, missing=missing)
