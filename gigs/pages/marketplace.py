"""The front page: what people offer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from gigs.pages.filters import GigFilter, is_narrowed, price_words
from gigs.pages.grids import grid
from gigs.services.browse import browse_gigs
from gigs.services.popular_tags import popular_tags


@require_safe
@cache_control(private=True, no_cache=True)
def marketplace(request: HttpRequest) -> HttpResponse:
    form = GigFilter(request.GET, auto_id="filter-%s")
    wanted = form.wanted(request.GET.get("cursor"))
    page = browse_gigs(viewer=request.user, wanted=wanted)
    context = grid(request, page) | {
        "section": "marketplace",
        "form": form,
        "wanted": wanted,
        "filtered": is_narrowed(wanted),
        "priced": price_words(wanted),
        "search_text": wanted.text,
        "tags": popular_tags(),
    }
    return render(request, "market/marketplace.html", context)
