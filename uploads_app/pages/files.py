"""One's own files: how much room they take, and all of them to look through, choose from and add to."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from uploads_app import pagination, visibility
from uploads_app.errors import Invalid
from uploads_app.models import UploadedFile
from uploads_app.pages.forms import LineField
from uploads_app.pages.people import person
from uploads_app.services.library import list_files
from uploads_app.services.usage import usage_of

PAGE = 24
_Category = UploadedFile.Category
_CHIPS = {
    "": "All",
    _Category.GIG: "For gigs",
    _Category.PROFILE: "For my profile",
    _Category.GENERAL: "Others",
}


class FilesQuery(forms.Form):
    """Which of one's files to show."""

    category = forms.ChoiceField(choices=_Category.choices, required=False)
    search = LineField(max_length=200, required=False)
    cursor = forms.CharField(max_length=500, required=False)


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def my_files(request: HttpRequest) -> HttpResponse:
    """A page of one's files, newest first, as `FilesQuery` asks."""
    asked = _asked(request)
    page = list_files(request.user, limit=PAGE, for_pages=True, **asked)
    uses = visibility.used_by(file.pk for file in page.rows)
    usage = usage_of(person(request))
    context = {
        "tiles": [(file, uses.get(file.pk, [])) for file in page.rows],
        "newer": pagination.link(request.path, request.GET, page.previous),
        "older": pagination.link(request.path, request.GET, page.next),
        "usage": usage,
        "chips": _chips(asked, usage),
        "asked": asked,
        "narrowed": bool(asked["category"] or asked["search"]),
        "here": request.get_full_path(),
        "max_size": settings.VITRINE_MAX_FILE_SIZE,
        "section": "files",
    }
    return render(request, "files/files.html", context)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What the address asks for. Raises Invalid for what no link or form here gives."""
    query = FilesQuery(request.GET)
    if not query.is_valid():
        field, (words, *_) = next(iter(query.errors.items()))
        raise Invalid.field(field, str(words))
    return query.cleaned_data


def _chips(asked: dict[str, Any], usage: dict[str, Any]) -> list[dict[str, Any]]:
    """The categories to choose from, each with its address, which keeps the search."""
    counts = {name: part["files"] for name, part in usage["by_category"].items()} | {"": usage["files"]}
    return [
        {
            "words": words,
            "count": counts[name],
            "url": _address(category=name, search=asked["search"]),
            "chosen": asked["category"] == name,
        }
        for name, words in _CHIPS.items()
    ]


def _address(**query: str) -> str:
    kept = urlencode({name: value for name, value in query.items() if value})
    return f"{reverse('files')}{'?' if kept else ''}{kept}"
