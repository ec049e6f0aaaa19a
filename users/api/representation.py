"""People as the API shows them: plain dictionaries, field by field, so that nothing slips out."""

from typing import Any

from uploads_app.visibility import Viewer
from users.models import Profile
from users.services.profile import completeness, picture_url, visible_picture_url

Json = dict[str, Any]


def my_profile(profile: Profile) -> Json:
    """The account with its profile, for oneself."""
    filled = completeness(profile)
    return {
        **_shown(profile),
        "email": profile.user.email,
        "is_public": profile.is_public,
        "profile_image_url": picture_url(profile),
        "completeness": {"percent": filled.percent, "missing": filled.missing},
    }


def public_profile(profile: Profile, viewer: Viewer) -> Json:
    """A profile for somebody who may see it, without the account."""
    return {**_shown(profile), "profile_image_url": visible_picture_url(profile, viewer)}


def _shown(profile: Profile) -> Json:
    return {
        "username": profile.user.username,
        "display_name": profile.display_name,
        "headline": profile.headline,
        "bio": profile.bio,
        "location": profile.location,
    }
