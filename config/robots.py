"""What crawlers should leave alone."""

from django.http import HttpRequest, HttpResponse

_RULES = """User-agent: *
Disallow: /admin/
Disallow: /api/
Allow: /api/upload/
Disallow: /account/
Disallow: /files/
Disallow: /buddies/
"""


def robots(_request: HttpRequest) -> HttpResponse:
    """Pages of one's own need a login anyway; pictures that pages show are there to be found."""
    kept = {"Cache-Control": "max-age=3600"}  # seconds
    return HttpResponse(_RULES, content_type="text/plain; charset=utf-8", headers=kept)
