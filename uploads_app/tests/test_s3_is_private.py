"""Nobody reads a bucket but by an address that was given out, for as long as it is good."""

import hashlib
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from config.tests.services import need_s3
from uploads_app.storage.base import Facts
from uploads_app.storage.places import S3, storage
from uploads_app.tests.s3_storages import source_of

KEY = "uploads/general/a.jpg"


@pytest.fixture
def s3(tmp_path: Path) -> Any:
    need_s3()
    found: Any = storage(S3)
    found.mark()
    found.write_once(KEY, source_of(b"x", tmp_path), Facts(hashlib.sha256(b"x").hexdigest(), "image/jpeg"))
    return found


def bare(s3: Any, key: str = KEY) -> str:
    return str(s3.link(key).url).partition("?")[0]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_without_a_signature_no_object_is_read_or_changed(s3: Any, method: str) -> None:
    body = b"other" if method == "PUT" else None
    assert httpx.request(method, bare(s3), content=body, trust_env=False).status_code == 403
    assert s3.read(KEY) == b"x"


@pytest.mark.parametrize("query", ["", "?list-type=2", "?versions", "?uploads", "?acl", "?policy"])
def test_without_a_signature_no_bucket_is_listed(s3: Any, query: str) -> None:
    found = urlsplit(bare(s3))
    bucket = f"{found.scheme}://{found.netloc}/{s3.bucket_name}{query}"
    assert httpx.get(bucket, trust_env=False).status_code == 403


def test_an_address_opens_one_object_for_reading_and_nothing_else(s3: Any, tmp_path: Path) -> None:
    url = s3.link(KEY).url
    assert httpx.get(url, trust_env=False).content == b"x"
    assert httpx.get(url.replace("a.jpg", "b.jpg"), trust_env=False).status_code == 403
    assert httpx.put(url, content=b"y", trust_env=False).status_code == 403
    assert httpx.delete(url, trust_env=False).status_code == 403
    assert s3.read(KEY) == b"x"


def test_an_address_ends_and_cannot_be_made_to_last(s3: Any, settings: Any) -> None:
    settings.VITRINE_S3_LINK_TTL = 1
    url = s3.link(KEY).url
    longer = url.replace("X-Amz-Expires=1&", "X-Amz-Expires=9000&")
    assert longer != url
    assert httpx.get(longer, trust_env=False).status_code == 403
    limit = time.monotonic() + 30
    while httpx.get(url, trust_env=False).status_code != 403:
        assert time.monotonic() < limit
        time.sleep(0.2)


def test_an_address_is_good_for_five_minutes_at_most_and_names_no_secret(s3: Any) -> None:
    link = s3.link(KEY)
    assert link.seconds <= int(parse_qs(urlsplit(link.url).query)["X-Amz-Expires"][0]) <= 300
    assert need_s3()["VITRINE_S3_SECRET_KEY"] not in link.url
