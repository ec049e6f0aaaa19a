"""Addresses that S3 answers by itself: how they are signed, and for how long they hold."""

from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from config.tests.services import need_s3
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.links import Signer, Window, signed_get, window
from uploads_app.storage.s3 import DurableS3Storage

NOW = 1_790_000_123
SIGNER = Signer("access", "secret", "", "eu-central-1")


@pytest.fixture
def bucket(settings: Any) -> DurableS3Storage:
    own = need_s3()
    settings.VITRINE_S3_ADDRESSING = "path"
    return DurableS3Storage(
        bucket_name=own["VITRINE_S3_BUCKET"],
        endpoint_url=own["VITRINE_S3_ENDPOINT"],
        region_name=own["VITRINE_S3_REGION"],
        access_key=own["VITRINE_S3_ACCESS_KEY"],
        secret_key=own["VITRINE_S3_SECRET_KEY"],
    )


@pytest.fixture
def stored(bucket: DurableS3Storage, settings: Any) -> str:
    """A key with a space and a letter beyond ASCII on its way, whose bytes are `picture`."""
    settings.VITRINE_S3_LOCATION += "/ein Bild, groß+klein"
    bucket.client.put_object(
        Bucket=bucket.bucket_name,
        Key=bucket.object_key("uploads/a.jpg"),
        Body=b"picture",
        ContentType="image/jpeg",
        CacheControl="private, max-age=86400, immutable",
    )
    return "uploads/a.jpg"


def get(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False)


@pytest.mark.parametrize("seconds", [10, 11, 60, 299, 300])
def test_links_are_alike_for_half_their_life_and_at_least_half_of_it_is_left(seconds: int) -> None:
    windows = {now: window(now, seconds) for now in range(NOW, NOW + 2 * seconds)}
    for now, good in windows.items():
        assert good.begins <= now
        assert seconds / 2 < good.ends - now <= seconds
    assert len(set(windows.values())) <= 2 * seconds // (seconds // 2) + 1


def test_a_link_ends_with_what_it_follows_from() -> None:
    for left in (1, 7, 150, 299):
        assert window(NOW + 0.9, 300, left).ends <= NOW + max(left, 150) + 1
        assert window(NOW + 0.9, 300, left).ends <= NOW + left
    assert window(NOW, 300, 10_000) == window(NOW, 300)


@pytest.mark.parametrize("token", ["", "of/a+role=="])
@pytest.mark.parametrize(
    "folder", ["https://s3.example/bucket/", "http://127.0.0.1:9000/b/", "https://b.s3.example:443/"]
)
def test_it_is_signed_as_botocore_signs(folder: str, token: str) -> None:
    signer = Signer("access", "secret", token, "eu-central-1")
    ours = signed_get(folder, "uploads/a b+ü~.jpg", signer, Window(NOW, NOW + 300))
    request = AWSRequest("GET", ours.partition("?")[0])
    keys = Credentials("access", "secret", token or None)
    with patch("botocore.auth.get_current_datetime", lambda: datetime.fromtimestamp(NOW, UTC)):
        S3SigV4QueryAuth(keys, "s3", "eu-central-1", expires=300).add_auth(request)
    assert dict(httpx.URL(ours).params) == dict(httpx.URL(request.url).params)


def test_s3_accepts_it_and_sends_what_was_said_of_the_bytes(bucket: DurableS3Storage, stored: str) -> None:
    link = bucket.link(stored)
    answer = get(link.url)
    assert (answer.status_code, answer.content) == (200, b"picture")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "private, max-age=86400, immutable"
    part = get(link.url, Range="bytes=1-3")
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"ict", "bytes 1-3/7")
    assert 150 < link.seconds <= 300


def test_it_opens_nothing_else_and_nothing_once_it_is_over(bucket: DurableS3Storage, stored: str) -> None:
    link = bucket.link(stored)
    assert get(link.url.replace("a.jpg", "b.jpg")).status_code == 403
    assert get(link.url.replace("X-Amz-Expires=300", "X-Amz-Expires=301")).status_code == 403
    assert httpx.put(link.url, content=b"x", trust_env=False).status_code == 403
    assert httpx.delete(link.url, trust_env=False).status_code == 403
    long_ago = window(NOW - 10**7, 300)
    over = signed_get(bucket.folder, bucket.object_key(stored), bucket._signer(), long_ago)
    assert get(over).status_code == 403


def test_without_keys_the_storage_is_away(bucket: DurableS3Storage) -> None:
    bucket._keys = None
    with pytest.raises(StorageAway):
        bucket.link("uploads/a.jpg")
