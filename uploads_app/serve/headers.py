"""The headers that every answer with image bytes carries."""

from urllib.parse import quote

from django.utils.http import http_date

from uploads_app.models import UploadedFile

_PUBLIC = "public, max-age=31536000, s-maxage=5, immutable"
_PRIVATE = "private, no-cache"


def etag(file: UploadedFile) -> str:
    """A strong validator: the bytes of a file never change, so their hash names them."""
    return f'"{file.sha256[:32]}"'


def image_headers(file: UploadedFile, *, public: bool) -> dict[str, str]:
    """Headers, without the length.

    A public picture may be embedded anywhere, a private one here only.
    """
    return {
        "Content-Type": file.content_type,
        "X-Content-Type-Options": "nosniff",
        "ETag": etag(file),
        "Last-Modified": http_date(file.uploaded_at.timestamp()),
        "Accept-Ranges": "bytes",
        "Content-Disposition": disposition(file.original_filename),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin" if public else "same-origin",
        "Cache-Control": _PUBLIC if public else _PRIVATE,
    }


def disposition(name: str) -> str:
    """Inline, with the name encoded by RFC 6266: a plain form where it is ASCII, else RFC 8187's."""
    if name.isascii() and name.isprintable():
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'inline; filename="{escaped}"'
    return f"inline; filename*=UTF-8''{quote(name, safe='')}"
