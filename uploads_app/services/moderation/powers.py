"""Who of the staff may do what: asked in the services, so that admin, API and commands cannot differ."""

from enum import StrEnum

from django.contrib.auth.models import AbstractUser

from uploads_app.errors import PermissionDenied
from uploads_app.models import UploadedFile


class Power(StrEnum):
    """A permission that staff have by their groups."""

    VIEW = "uploads_app.view_uploadedfile"
    DECIDE = "uploads_app.decide_uploadedfile"
    BAN = "uploads_app.ban_uploadedfile"
    HOLD = "uploads_app.hold_uploadedfile"
    SEE_REPORTERS = "uploads_app.see_reporters"


def has(person: AbstractUser, power: Power) -> bool:
    """Whether somebody acts as staff now, and has this permission."""
    return _acts_as_staff(person) and person.has_perm(power)


def require(person: AbstractUser, power: Power, file: UploadedFile | None = None) -> None:
    """Raises PermissionDenied for whoever lacks the permission, and for decisions on one's own file."""
    if not has(person, power):
        raise PermissionDenied("This is not yours to decide.")
    if file is not None and file.owner_id == person.pk:
        raise PermissionDenied("Your own file is for somebody else to decide on.")


def _acts_as_staff(person: AbstractUser) -> bool:
    # The users room says which sessions are ones of staff; this room knows people as Django does.
    return bool(person.is_active and getattr(person, "acts_as_staff", False))
