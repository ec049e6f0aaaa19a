"""The headers that every answer with image bytes carries."""

from django.utils.http import http_date

from uploads_app.disposition import inline
from uploads_app.serve.picture import Picture


def image_headers(picture: Picture) -> dict[str, str]:
    """Headers, without the length.

    A public picture may be embedded anywhere, a private one here only.
    """
    headers = {
        "Content-Type": picture.content_type,
        "X-Content-Type-Options": "nosniff",
        "ETag": picture.etag,
        "Last-Modified": http_date(picture.modified.timestamp()),
        "Accept-Ranges": "bytes",
        "Content-Disposition": inline(picture.name),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin" if picture.policy.public else "same-origin",
        "Cache-Control": picture.policy.cache_control,
    }
    if picture.varies:
        headers["Vary"] = "Authorization, Cookie"
    return headers
