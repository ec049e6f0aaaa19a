"""Addresses of files of this very site, read without asking anybody."""

import re
from urllib.parse import urlsplit
from uuid import UUID

from uploads_app.errors import Invalid

_PATH = re.compile(r"/api/upload/([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})/?")
_UNSAFE = re.compile(r"[^\x21-\x7e]|[\\@]")


def file_id_of(url: str, host: str) -> UUID:
    """The id in a file's address: an absolute path, or a URL of this host.

    Nothing is fetched: an address is another way to write an id, and another site's is none. Raises Invalid.
    """
    found = None if _UNSAFE.search(url) else _PATH.fullmatch(_path_here(url, host))
    if found is None:
        raise Invalid.field("profile_image_url", "This is not the address of a file here.")
    return UUID(found[1])


def _path_here(url: str, host: str) -> str:
    """The path of a URL of this host; empty for any other, and for one with a query or a fragment."""
    if url.startswith("/"):
        return url  # also of "//other.example/…", which is no path of a file
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    here = parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()
    return parts.path if here and not parts.query and not parts.fragment else ""
