"""Where nginx is told of a name server, it finds S3 wherever S3 is now, and starts where S3 is not yet."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from config.tests.front import NGINX, nginx, stub
from config.tests.names import Names, names
from config.tests.test_nginx_and_s3 import OF_S3, is_away, says_yes, send

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]


@contextmanager
def front(home: Path, port: int, known: Names) -> Iterator[str]:
    """nginx before a Django whose pictures all lie in S3, which is at this port of wherever its name leads."""
    own = {"S3": f"http://s3.internal:{port}", "RESOLVER": f"127.0.0.1:{known.port}"}
    with stub() as django, nginx(home, django.port, home, **own) as place:
        django.answer = says_yes
        yield f"http://{place}"


def picture(url: str) -> httpx.Response:
    return send(f"{url}/api/upload/{uuid4()}/card.webp?v=1")


def served(url: str) -> set[bytes]:
    """By whichever of nginx's processes: each asks for names by itself."""
    return {picture(url).content for _ in range(20)}


def until_served(url: str, wanted: bytes) -> None:
    limit = time.monotonic() + 20  # an answer of the name server is believed for two seconds
    while (found := served(url)) != {wanted}:
        assert time.monotonic() < limit, found


def test_an_s3_that_comes_back_at_another_address_is_found(tmp_path: Path) -> None:
    with stub() as s3, stub("127.0.0.2", s3.port) as moved, names("127.0.0.1") as known:
        s3.answer = lambda _: (200, OF_S3, b"before")
        moved.answer = lambda _: (200, OF_S3, b"after")
        with front(tmp_path, s3.port, known) as url:
            assert served(url) == {b"before"}
            known.address = "127.0.0.2"
            until_served(url, b"after")


def test_while_nobody_knows_s3s_name_it_says_so_until_somebody_does(tmp_path: Path) -> None:
    with stub() as s3, names("") as known, front(tmp_path, s3.port, known) as url:
        s3.answer = lambda _: (200, OF_S3, b"picture")
        is_away(picture(url))
        known.address = "127.0.0.1"
        until_served(url, b"picture")
