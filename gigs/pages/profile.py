"""The page of one person."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from gigs.pages.filters import PAGE_SIZE
from gigs.pages.grids import grid
from gigs.services.show_profile import show_profile


@require_safe
@cache_control(private=True, no_cache=True)
def profile(request: HttpRequest, username: str) -> HttpResponse:
    shown = show_profile(
        viewer=request.user, username=username, limit=PAGE_SIZE, cursor=request.GET.get("cursor") or None
    )
    address = reverse("profile", args=[shown.face.username])
    if username != shown.face.username:
        return HttpResponsePermanentRedirect(address)
    context = grid(request, shown.gigs) | {"section": "profile", "shown": shown}
    return render(request, "profile/profile.html", context)
