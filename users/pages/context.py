"""What every page knows of who looks at it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from uploads_app.rendition_sets import attach_renditions
from users.faces import Face
from users.models import Profile, User


def viewer(request: HttpRequest) -> dict[str, Any]:
    """`me`, the Face of who is signed in, or None for visitors. Two queries, once a page shows it."""
    return {"me": SimpleLazyObject(lambda: _face_of(request)) if _signed_in(request) else None}


def _signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)  # absent where a request failed before it was known who asks
    return user is not None and user.is_authenticated


def _face_of(request: HttpRequest) -> Face:
    user: User = request.user  # type: ignore[assignment]  # _signed_in says so
    profile = Profile.objects.select_related("image").filter(pk=user.pk).first()
    avatar = profile.image if profile and profile.image and profile.image.is_active else None
    if avatar:
        attach_renditions([avatar])
    return Face(user.username, str(profile or user), profile.headline if profile else "", avatar, shown=True)
