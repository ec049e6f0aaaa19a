"""Uploads in parts against real servers: cut off in the middle of a body, and gone on with at another process."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from config.tests.front import NGINX, nginx
from config.tests.live import LiveServer, installation
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.tus.client import BYTES, METADATA, START, VERSION, encoded

pytestmark = pytest.mark.service
PICTURE = jpeg_bytes(size=(1600, 1200), noisy=True, quality=95)
CUT = 300_000  # bytes that get through


@contextmanager
def another(first: LiveServer) -> Iterator[LiveServer]:
    """A second server process of the same installation."""
    second = replace(first, process=None, port=0)
    try:
        second.start()
        yield second
    finally:
        second.stop()


def begin(client: httpx.Client, length: int) -> str:
    headers = VERSION | {"Upload-Length": str(length), "Upload-Metadata": encoded(**METADATA)}
    answer = client.post(START, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def send(client: httpx.Client, url: str, offset: int, data: bytes) -> httpx.Response:
    headers = VERSION | {"Upload-Offset": str(offset), "Content-Type": BYTES}
    return client.patch(url, content=data, headers=headers)


def cut_off(server: LiveServer, client: httpx.Client, url: str, data: bytes, **more: str) -> None:
    """Announces all of `data`, sends its first CUT bytes, and hangs up."""
    headers = VERSION | more | {"Upload-Offset": "0", "Content-Type": BYTES, "Host": "localhost"}
    headers |= {"Content-Length": str(len(data)), "Authorization": client.headers["Authorization"]}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(f"PATCH {url} HTTP/1.1\r\n{lines}\r\n".encode() + data[:CUT])
        time.sleep(0.2)  # a server that has read nothing yet has nothing to keep


def offset(client: httpx.Client, url: str, *, beyond: int = 0) -> int:
    """How far it is, once it is beyond that or had the time to be."""
    limit = time.monotonic() + 10
    while True:
        found = int(client.head(url, headers=VERSION).headers["Upload-Offset"])
        if found > beyond or time.monotonic() > limit:
            return found
        time.sleep(0.1)


def test_what_was_cut_off_goes_on_at_another_process(tmp_path: Path) -> None:
    assert len(PICTURE) > 2 * CUT
    with installation(tmp_path) as server:
        server.start()
        client = server.sign_up("owner")
        url = begin(client, len(PICTURE))
        cut_off(server, client, url, PICTURE)
        with another(server) as second:
            other = httpx.Client(base_url=second.url, headers=client.headers, timeout=30, trust_env=False)
            kept = offset(other, url)
            assert 0 < kept <= CUT
            server.kill()
            answer = send(other, url, kept, PICTURE[kept:])
            assert answer.status_code == 204, answer.text
            file = other.get(f"/api/upload/{answer.headers['Upload-File']}")
            assert file.status_code == 200
            assert len(second.stored()) == 1
            assert second.spool_is_empty()
            assert "Traceback" not in second.log()


def test_what_was_cut_off_and_has_a_checksum_leaves_nothing(tmp_path: Path) -> None:
    with installation(tmp_path) as server:
        server.start()
        client = server.sign_up("owner")
        url = begin(client, len(PICTURE))
        cut_off(server, client, url, PICTURE, **{"Upload-Checksum": "sha1 qvTGHdzF6KLavt4PO0gs2a6pQ00="})
        assert server.spool_is_empty()
        assert offset(client, url, beyond=-1) == 0
        assert send(client, url, 0, PICTURE).status_code == 204


def test_bodies_in_chunks_are_taken_as_far_as_was_announced(tmp_path: Path) -> None:
    def in_chunks(data: bytes) -> Iterator[bytes]:  # a body of which the client does not know the length
        for at in range(0, len(data), 65_536):
            yield data[at : at + 65_536]

    with installation(tmp_path) as server:
        server.start()
        client = server.sign_up("owner")
        url, small = begin(client, len(PICTURE)), begin(client, 1000)
        headers = VERSION | {"Content-Type": BYTES}
        for start, end in ((0, CUT), (CUT, len(PICTURE))):
            said = headers | {"Upload-Offset": str(start)}
            answer = client.patch(url, content=in_chunks(PICTURE[start:end]), headers=said)
            assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(end))
        assert answer.headers["Upload-File"]
        answer = client.patch(small, content=in_chunks(PICTURE), headers=headers | {"Upload-Offset": "0"})
        assert answer.status_code == 413
        assert offset(client, small, beyond=-1) == 0


def test_a_server_that_is_killed_keeps_what_it_said_it_has(tmp_path: Path) -> None:
    with installation(tmp_path) as server:
        server.start()
        client = server.sign_up("owner")
        url = begin(client, len(PICTURE))
        assert send(client, url, 0, PICTURE[:CUT]).status_code == 204
        cut_off(server, client, url, PICTURE)  # at a place that was passed already
        server.kill()
        server.start()
        assert offset(client, url) == CUT
        assert send(client, url, CUT, PICTURE[CUT:]).status_code == 204


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_it_gets_through_nginx(tmp_path: Path) -> None:
    picture = jpeg_bytes(size=(2000, 1600), noisy=True, quality=97)
    first = 2 * 1024 * 1024  # more than what a body that is no picture may have
    assert first < len(picture)
    with installation(tmp_path, VITRINE_TRUSTED_PROXIES="1") as server:
        server.start()
        with nginx(tmp_path, server.port, server.media) as place:
            client = server.sign_up("owner")
            client.base_url = f"http://{place}"
            url = begin(client, len(picture))
            other = begin(client, len(picture))
            assert send(client, url, 0, picture[:first]).headers["Upload-Offset"] == str(first)
            looked = client.head(url, headers=VERSION)
            assert (looked.headers["Upload-Offset"], looked.headers["Cache-Control"]) == (
                str(first),
                "no-store",
            )
            assert "Upload-File" in send(client, url, first, picture[first:]).headers
            assert client.delete(other, headers=VERSION).status_code == 204
            assert client.options(START).headers["Tus-Version"] == "1.0.0"
            wrong = {"Upload-Checksum": "sha1 AAAA", "Upload-Offset": "0", "Content-Type": BYTES}
            again = begin(client, len(picture))
            assert client.patch(again, content=picture[:9], headers=VERSION | wrong).status_code == 460
