"""What the tus protocol says in headers, both ways."""

from __future__ import annotations

import base64
import binascii
import re

from django.conf import settings
from django.utils.http import http_date
from rest_framework.request import Request

from uploads_app.errors import Invalid, UnknownVersion
from uploads_app.images.errors import UnsupportedMediaType
from uploads_app.models import TusUpload
from uploads_app.services.tus.receive import ALGORITHMS, Checksum

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration,checksum"
BYTES = "application/offset+octet-stream"
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
MOST_METADATA = 8000  # characters; said back in one header, for which proxies need buffers
_NOT_OFFERED = ("Upload-Defer-Length", "Upload-Concat")


def abilities() -> dict[str, str]:
    """What this server can do."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(settings.VITRINE_MAX_FILE_SIZE),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def of_every_answer(status: int) -> dict[str, str]:
    """What an answer of this status says, whoever gives it."""
    more = {412: ("Tus-Version",), 413: ("Tus-Max-Size",)}.get(status, ())
    return {"Tus-Resumable": VERSION} | {name: abilities()[name] for name in more}


def progress(row: TusUpload) -> dict[str, str]:
    """How far an upload is, and which file it became."""
    headers = {
        "Upload-Offset": str(row.offset),
        "Upload-Expires": http_date(row.expires_at.timestamp()),
    }
    return headers | ({"Upload-File": str(row.pk)} if row.state == TusUpload.State.DONE else {})


def require_version(request: Request) -> None:
    """Raises UnknownVersion unless the request is of the version that is spoken here."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise UnknownVersion(f"Tus-Resumable has to be {VERSION}.")


def require_offered(request: Request) -> None:
    """Raises Invalid where something is wanted that is not offered, rather than doing something else."""
    for name in _NOT_OFFERED:
        if name in request.headers:
            raise Invalid.field(name, "This is not offered here.")


def require_bytes(request: Request) -> None:
    """Raises UnsupportedMediaType for a body of another type than the protocol's."""
    if request.content_type.partition(";")[0].strip().lower() != BYTES:
        raise UnsupportedMediaType(f"The body has to be {BYTES}.")


def require_no_chunks(request: Request) -> None:
    """Raises Invalid for a body in chunks that is not there.

    `config.guard` measures such bodies. Behind a server that cannot read them, as Django's own for development, or
    without the guard, nothing arrives: to answer as if nothing had been sent would have its sender try for ever.
    """
    if "Transfer-Encoding" in request.headers:
        raise Invalid.field("Content-Length", "Of a body in chunks nothing arrived. Say its length, please.")


def number(request: Request, name: str, *, least: int = 0) -> int:
    """A header that is a number of bytes. Raises Invalid."""
    found = _NUMBER.fullmatch(request.headers.get(name, ""))
    if not found or int(found[0]) < least:
        raise Invalid.field(name, f"A whole number from {least} on, please.")
    return int(found[0])


def checksum(request: Request) -> Checksum | None:
    """What the body is said to come to. Raises Invalid for what is no checksum, or by an unknown algorithm."""
    said = request.headers.get("Upload-Checksum")
    if said is None:
        return None
    algorithm, _, encoded = said.partition(" ")
    if algorithm not in ALGORITHMS:
        raise Invalid.field("Upload-Checksum", f"Known are {', '.join(ALGORITHMS)}.")
    return Checksum(algorithm, _decoded("Upload-Checksum", encoded))


def metadata(request: Request) -> tuple[str, dict[str, str]]:
    """All of the metadata as it was said, and what it says: pairs with commas between, values in base64.

    Raises Invalid.
    """
    said = request.headers.get("Upload-Metadata", "")
    if len(said) > MOST_METADATA:
        raise Invalid.field("Upload-Metadata", f"At most {MOST_METADATA} characters, please.")
    if not (said.isascii() and said.isprintable()):  # it is said back in a header
        raise Invalid.field("Upload-Metadata", "In ASCII, please, without signs that cannot be seen.")
    found: dict[str, str] = {}
    for pair in said.split(",") if said.strip() else []:
        word, _, encoded = pair.strip().partition(" ")
        if not word or word in found:
            raise Invalid.field("Upload-Metadata", "Each word once, please.")
        try:
            found[word] = _decoded("Upload-Metadata", encoded).decode()
        except UnicodeDecodeError as error:
            raise Invalid.field("Upload-Metadata", f"{word} is not in UTF-8.") from error
    return said, found


def _decoded(name: str, encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid.field(name, "Values are in base64.") from error
