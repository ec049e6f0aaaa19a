"""People as the API shows them: plain dictionaries, field by field, so that nothing slips out."""

from typing import Any

from uploads_app.models import UploadedFile
from uploads_app.rendition_sets import rendition_set
from uploads_app.visibility import Viewer
from users.faces import Face
from users.models import Profile, User
from users.services.profile import completeness, visible_picture

Json = dict[str, Any]


def my_profile(profile: Profile) -> Json:
    """The account with its profile, for oneself."""
    filled = completeness(profile)
    return {
        **_shown(profile),
        **profile_picture(visible_picture(profile, profile.user)),
        "email": profile.user.email,
        "is_public": profile.is_public,
        "completeness": {"percent": filled.percent, "missing": filled.missing},
    }


def public_profile(profile: Profile, viewer: Viewer) -> Json:
    """A profile for somebody who may see it, without the account."""
    return {**_shown(profile), **profile_picture(visible_picture(profile, viewer))}


def profile_picture(file: UploadedFile | None) -> Json:
    """Where the picture of a profile is served, whole and in every size."""
    if file is None:
        return {"profile_image_url": None, "profile_image": None}
    return {"profile_image_url": file.get_absolute_url(), "profile_image": rendition_set(file)}


def listed(person: User, face: Face) -> Json:
    """A person in a list of people whose profile the viewer may see. `face` is theirs, in all sizes."""
    avatar = face.avatar
    return {
        "username": person.username,
        "display_name": person.profile.display_name,
        "headline": person.profile.headline,
        **profile_picture(avatar),
        "placeholder": avatar.shown_placeholder if avatar else None,
    }


def _shown(profile: Profile) -> Json:
    return {
        "username": profile.user.username,
        "display_name": profile.display_name,
        "headline": profile.headline,
        "bio": profile.bio,
        "location": profile.location,
    }
