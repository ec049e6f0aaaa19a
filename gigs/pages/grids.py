"""Grids of gigs whose next page is a link, and comes in place where scripts run."""

from typing import Any

from django.http import HttpRequest

from gigs.services.browse import CardPage
from uploads_app.pagination import link


def grid(request: HttpRequest, page: CardPage) -> dict[str, Any]:
    """What market/_grid.html needs: the cards, and the addresses of the pages around them."""
    kept = request.GET.copy()
    kept.pop("cursor", None)
    start_url = f"{request.path}?{kept.urlencode()}" if kept else request.path
    return {
        "cards": page.cards,
        "next_url": link(request.path, request.GET, page.next),
        "previous_url": link(request.path, request.GET, page.previous),
        "start_url": start_url,
        "page_url": request.build_absolute_uri(start_url),
        "is_first": page.previous is None,
    }
