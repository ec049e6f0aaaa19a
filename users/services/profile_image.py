"""The picture of a profile."""

from uuid import UUID

from django.db import transaction

from uploads_app.errors import NotFound
from uploads_app.models import UploadedFile
from uploads_app.services.spooling import Spooled
from uploads_app.services.upload import upload
from uploads_app.services.using import lock_for_use
from users.models import Profile, User


def set_profile_image(user: User, file_id: UUID | None) -> Profile:
    """Shows one of the person's own ready files in their profile, or none.

    Raises NotFound when the file is absent or somebody else's, Conflict when it is not ready or was
    rejected. The file is locked before the profile, as in deletion, so that neither waits for the other.
    """
    with transaction.atomic():
        file = lock_for_use(user, [file_id])[0] if file_id else None
        profile = Profile.objects.select_for_update().filter(pk=user.pk).first()
        if profile is None:
            raise NotFound("This account is no longer there.")
        profile.image = file
        profile.save(update_fields=["image"])
    return profile


def upload_profile_image(*, user: User, spooled: Spooled) -> UploadedFile:
    """Takes a picture in and shows it in the person's profile, as one step.

    Raises what `upload` raises; then the profile keeps the picture that it had.
    """

    def show(file: UploadedFile) -> None:
        set_profile_image(user, file.pk)

    return upload(owner=user, category=UploadedFile.Category.PROFILE, spooled=spooled, on_ready=show)
