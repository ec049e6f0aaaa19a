"""Addresses that let anybody read one object of S3 for a while, and that stay the same for a while.

A browser keeps a picture under its address. botocore signs each address for this very second, so that no two
are alike; hence this signs itself, with a time that is rounded down, by Amazon's "Authenticating Requests:
Using Query Parameters (AWS Signature Version 4)".
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, and for which region. `token` goes with the keys of a role; else it is empty."""

    access: str
    secret: str
    token: str
    region: str


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when a link is good, in whole seconds since the epoch."""

    begins: int
    ends: int


def window(now: float, seconds: int, at_most: int | None = None) -> Window:
    """For a link of `seconds`: the same for half of them, so that at least the other half is left.

    It ends `at_most` seconds (1 or more) from now, where that is sooner.
    """
    step = max(1, seconds // 2)
    begins = int(now) - int(now) % step
    ends = begins + seconds
    return Window(begins, ends if at_most is None else min(ends, int(now) + at_most))


def signed_get(folder: str, key: str, signer: Signer, good: Window) -> str:
    """An address for GET of `key`; `folder` is the URL of its bucket, with a slash at the end."""
    parts = urlsplit(folder)
    host = parts.netloc.removesuffix(_DEFAULT_PORTS[parts.scheme])
    path = quote(f"{parts.path}{key}", safe="/-_.~")
    stamp = datetime.fromtimestamp(good.begins, UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{signer.region}/s3/aws4_request"
    said = {
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{signer.access}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(good.ends - good.begins),
        "X-Amz-SignedHeaders": "host",
    }
    if signer.token:
        said["X-Amz-Security-Token"] = signer.token
    query = urlencode(sorted(said.items()), quote_via=quote, safe="-_.~")
    request = "\n".join(["GET", path, query, f"host:{host}\n", "host", "UNSIGNED-PAYLOAD"])
    return (
        f"{parts.scheme}://{host}{path}?{query}&X-Amz-Signature={_signature(signer, stamp, scope, request)}"
    )


def _signature(signer: Signer, stamp: str, scope: str, request: str) -> str:
    digest = hashlib.sha256(request.encode()).hexdigest()
    key = f"AWS4{signer.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, "\n".join([_ALGORITHM, stamp, scope, digest]).encode(), "sha256").hex()
