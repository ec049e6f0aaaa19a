"""What every page knows of who looks at it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from uploads_app.rendition_sets import attach_renditions
from users.faces import Face
from users.models import Profile, User


def viewer(request: HttpRequest) -> dict[str, Any]:
    """`me`, the Face of who is signed in, false for visitors. Nothing is asked before a page shows it."""
    return {"me": SimpleLazyObject(lambda: _face_of(request))}


def _face_of(request: HttpRequest) -> Face | None:
    """Two queries beside those that tell who asks."""
    user = getattr(request, "user", None)  # absent where a request failed before that is known
    if not isinstance(user, User) or not user.is_authenticated:
        return None
    profile = Profile.objects.select_related("image").filter(pk=user.pk).first()
    avatar = profile.image if profile and profile.image and profile.image.is_active else None
    if avatar:
        attach_renditions([avatar], for_pages=True)
    # Not the profile's own str(), which would ask for its user again.
    name = (profile and profile.display_name) or user.username
    return Face(user.username, name, profile.headline if profile else "", avatar, shown=True)
