"""One's own gigs."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from gigs.services.own_gigs import own_gigs
from uploads_app import pagination
from uploads_app.pages.people import person

_PAGE = 24


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def my_gigs(request: HttpRequest) -> HttpResponse:
    page = own_gigs(person(request), limit=_PAGE, cursor=request.GET.get("cursor"))
    context = {
        "section": "my-gigs",
        "gigs": page.rows,
        "newer": pagination.link(request.path, request.GET, page.previous),
        "older": pagination.link(request.path, request.GET, page.next),
    }
    return render(request, "making/my_gigs.html", context)
