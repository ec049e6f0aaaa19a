"""One's favourites. Here, and not among people, as gigs speak for whom else one may like."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from gigs.services.show_buddies import show_buddies
from uploads_app.pagination import link
from users.pages.people import person

_PAGE = 24


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def buddies(request: HttpRequest) -> HttpResponse:
    shown = show_buddies(person=person(request), limit=_PAGE, cursor=request.GET.get("cursor") or None)
    context = {
        "section": "buddies",
        "shown": shown,
        "next": link(request.path, request.GET, shown.next),
        "previous": link(request.path, request.GET, shown.previous),
    }
    return render(request, "buddies/buddies.html", context)
