"""The page of one gig."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from gigs.pages.gallery import frames
from gigs.pages.social import social_picture
from gigs.services.show_gig import show_gig


@require_safe
# No copy is used unasked: a title that changes back would make of two kept redirects a circle.
@cache_control(private=True, no_cache=True)
def gig(request: HttpRequest, gig_id: int, slug: str = "") -> HttpResponseBase:
    shown = show_gig(viewer=request.user, gig_id=gig_id)
    if slug != shown.gig.slug:
        return HttpResponsePermanentRedirect(shown.gig.get_absolute_url())
    context = {
        "section": "gig",
        "shown": shown,
        "gig": shown.gig,
        "frames": frames(shown),
        "is_own": shown.gig.owner_id == request.user.pk,
        "page_url": request.build_absolute_uri(shown.gig.get_absolute_url()),
        "social": social_picture(request, shown),
    }
    answer: HttpResponse = render(request, "gig/gig.html", context)
    return answer
