"""/metrics: for whoever shows the token; for everybody else there is no such address."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from uploads_app.observing.exposing import CONTENT_TYPE, exposed

NOT_KEPT = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
}


@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """200 with the token and 404 without."""
    if not shows_token(request):
        return HttpResponse("not found\n", status=404, content_type="text/plain", headers=NOT_KEPT)
    return HttpResponse(exposed(), content_type=CONTENT_TYPE, headers=NOT_KEPT)


def shows_token(request: HttpRequest) -> bool:
    """Whether a request bears VITRINE_METRICS_TOKEN; never where there is none."""
    token: str = settings.VITRINE_METRICS_TOKEN
    given = request.META.get("HTTP_AUTHORIZATION", "")
    return bool(token) and constant_time_compare(given, f"Bearer {token}")
