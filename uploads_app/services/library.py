"""A person's files, as a list to choose from."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from uploads_app.models import UploadedFile
from uploads_app.visibility import with_publicity


def files_of(
    owner: AbstractBaseUser | AnonymousUser, *, category: str | None = None, search: str = ""
) -> QuerySet[UploadedFile]:
    """The person's ready files, each with `is_public`; by category, by a part of the original name."""
    files = UploadedFile.objects.filter(owner=owner.pk, lifecycle=UploadedFile.Lifecycle.READY)
    if category:
        files = files.filter(category=category)
    if search:
        files = files.filter(original_filename__icontains=search)
    return with_publicity(files)
