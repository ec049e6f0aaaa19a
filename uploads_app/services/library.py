"""A person's files, as a list to choose from."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from uploads_app.models import UploadedFile
from uploads_app.pagination import Page, Pages, newest
from uploads_app.rendition_sets import attach_renditions
from uploads_app.statements import given
from uploads_app.visibility import with_publicity

_ORDER = newest("uploaded_at")


def list_files(
    owner: AbstractBaseUser | AnonymousUser,
    *,
    category: str | None = None,
    search: str = "",
    limit: int,
    cursor: str | None = None,
    for_pages: bool = False,
) -> Page[UploadedFile]:
    """A page of the person's files, newest first, each with `is_public` and its renditions; two queries.

    `for_pages` is as of `attach_renditions`. Raises Invalid for a cursor that was not given out.
    """
    asked = {"category": category, "search": search}
    given_ones = {name: value for name, value in asked.items() if value}
    page = _pages(*given_ones).page(limit=limit, cursor=cursor, owner=owner.pk, **given_ones)
    attach_renditions(page.rows, for_pages=for_pages)
    return page


def chosen_files(owner: AbstractBaseUser | AnonymousUser, file_ids: Sequence[UUID]) -> list[UploadedFile]:
    """Those of these files that are the person's, newest first, with their renditions; two queries."""
    files = list(files_of(owner.pk).filter(pk__in=file_ids).order_by("-uploaded_at", "-pk"))
    attach_renditions(files, for_pages=True)
    return files


def files_of(owner_id: Any, *, category: str | None = None, search: str = "") -> QuerySet[UploadedFile]:
    """The person's ready files, each with `is_public`; by category, by a part of the original name."""
    files = UploadedFile.objects.filter(owner=owner_id, lifecycle=UploadedFile.Lifecycle.READY)
    if category:
        files = files.filter(category=category)
    if search:
        files = files.filter(original_filename__icontains=search)
    return with_publicity(files)


@cache
def _pages(*narrowed_by: str) -> Pages[UploadedFile]:
    narrowed = {name: given(name) for name in narrowed_by}
    return Pages(lambda: files_of(given("owner"), **narrowed), _ORDER)
