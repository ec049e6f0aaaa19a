"""What never reaches Django, and what slow or broken senders cannot do to others."""

import errno
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.guard import Guard
from config.tests.live import LiveServer, installation
from uploads_app.tests.image_factories import jpeg_bytes


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """An application that answers with the body it reads by its announced length."""
    start_response("200 OK", [])
    return [environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))]


def ask(body: Any = b"", application: Any = None, **environ: str) -> tuple[int, bytes]:
    found: list[str] = []
    source = BytesIO(body) if isinstance(body, bytes) else body
    answer = (application or Guard(echo))(
        {"wsgi.input": source, **environ}, lambda status, _headers: found.append(status)
    )
    return int(found[0].split()[0]), b"".join(answer)


@pytest.mark.parametrize(
    "charset",
    ["bz2_codec", "zlib_codec", "rot13", "hex", "undefined", "idna", "punycode", "utf-7", "none\x00"],
)
def test_an_encoding_that_is_no_plain_text_is_415(charset: str) -> None:
    status, body = ask(CONTENT_TYPE=f"text/plain; charset={charset}")
    assert (status, b"unsupported_media_type" in body) == (415, True)


@pytest.mark.parametrize(
    "content_type",
    ["", "application/json", "text/plain; charset=UTF-8", 'a/b; charset="us-ascii"', ";;="],
)
def test_ordinary_types_pass(content_type: str) -> None:
    assert ask(b"abc", CONTENT_TYPE=content_type, CONTENT_LENGTH="3") == (200, b"abc")


def test_a_body_in_chunks_is_measured_and_passed_on() -> None:
    assert ask(b"x" * 3_000_000, HTTP_TRANSFER_ENCODING="chunked") == (200, b"x" * 3_000_000)


def test_an_endless_body_in_chunks_is_413(settings: Any) -> None:
    settings.VITRINE_MAX_BODY_SIZE = 1000
    status, body = ask(b"x" * 1001, HTTP_TRANSFER_ENCODING="chunked")
    assert (status, b"file_too_large" in body) == (413, True)


class FullDisk(tempfile.SpooledTemporaryFile[bytes]):
    """Takes what it can keep in memory, and nothing on the disk."""

    def rollover(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_body_in_chunks_that_the_disk_does_not_take_is_503(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", FullDisk)
    status, body = ask(b"x" * 3_000_000, HTTP_TRANSFER_ENCODING="chunked")
    assert (status, b"unavailable" in body) == (503, True)
    assert ask(b"x" * 1000, HTTP_TRANSFER_ENCODING="chunked")[0] == 200


def test_refusals_of_uploads_in_parts_say_what_the_protocol_has_them_say(settings: Any) -> None:
    settings.VITRINE_MAX_BODY_SIZE = 1000
    said = refused("/api/upload/tus/x", b"x" * 1001)
    assert (said["Tus-Resumable"], said["Tus-Max-Size"]) == ("1.0.0", str(settings.VITRINE_MAX_FILE_SIZE))
    settings.VITRINE_BODIES_AT_ONCE = 0
    said = refused("/api/upload/tus", b"x")
    assert said["Tus-Resumable"] == "1.0.0"
    assert "Tus-Max-Size" not in said
    assert "Tus-Resumable" not in refused("/api/upload/general", b"x")


def refused(path: str, body: bytes) -> dict[str, str]:
    """The headers of a refusal of a body in chunks."""
    found: dict[str, str] = {}
    environ = {"wsgi.input": BytesIO(body), "PATH_INFO": path, "HTTP_TRANSFER_ENCODING": "chunked"}
    Guard(echo)(environ, lambda _status, headers: found.update(headers))
    return found


def test_bodies_beyond_the_limit_are_503_at_once_and_requests_without_one_pass(settings: Any) -> None:
    settings.VITRINE_BODIES_AT_ONCE = 1
    inside, leave = threading.Event(), threading.Event()

    def hold(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("CONTENT_LENGTH"):
            inside.set()
            leave.wait(10)
        return echo(environ, start_response)

    application = Guard(hold)
    first = threading.Thread(target=ask, args=(b"a", application), kwargs={"CONTENT_LENGTH": "1"})
    first.start()
    inside.wait(10)
    assert ask(b"a", application, CONTENT_LENGTH="1")[0] == 503
    assert ask(b"", application)[0] == 200
    leave.set()
    first.join()
    assert ask(b"a", application, CONTENT_LENGTH="1") == (200, b"a")


@contextmanager
def connections(
    server: LiveServer, count: int, head: str, body: bytes = b""
) -> Iterator[list[socket.socket]]:
    """That many requests whose announced bodies do not come."""
    opened = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(count)]
    try:
        for connection in opened:
            connection.sendall(head.replace("\n", "\r\n").encode() + body)
        yield opened
    finally:
        for connection in opened:
            connection.close()


def put(client: httpx.Client, data: bytes) -> httpx.Response:
    return client.post("/api/upload/general", files={"file": ("a.jpg", data, "image/jpeg")})


def put_when_free(client: httpx.Client) -> httpx.Response:
    """Uploads a picture, once the server has noticed that senders of before are gone."""
    limit = time.monotonic() + 20
    while (answer := put(client, jpeg_bytes())).status_code == 503 and time.monotonic() < limit:
        time.sleep(0.2)
    return answer


@pytest.mark.service
def test_silent_senders_and_readers_do_not_keep_others_waiting(tmp_path: Path) -> None:
    with installation(tmp_path) as server:
        server.start()
        client = server.sign_up("owner")
        bearer = f"Host: localhost\nAuthorization: {client.headers['Authorization']}\n"
        url = put(client, jpeg_bytes(size=(2600, 2600), noisy=True, quality=95)).json()["file_url"]
        login = "POST /api/auth/token HTTP/1.1\nHost: localhost\nContent-Length: 1000\n"
        with (
            connections(server, 40, f"{login}Content-Type: application/json\n\n", b"{"),
            connections(server, 40, f"GET {url} HTTP/1.1\n{bearer}\n"),
        ):
            time.sleep(0.5)
            for _ in range(10):
                assert httpx.get(f"{server.url}/healthz", timeout=5, trust_env=False).status_code == 200
                assert client.get("/api/upload/usage", timeout=5).status_code == 200
        assert put_when_free(client).status_code == 201


@pytest.mark.service
def test_a_body_that_is_cut_off_leaves_no_temporary_file(tmp_path: Path) -> None:
    with installation(tmp_path) as server:
        server.start()
        client = server.sign_up("owner")
        head = (
            "POST /api/upload/general HTTP/1.1\nHost: localhost\n"
            f"Authorization: {client.headers['Authorization']}\n"
            "Content-Type: multipart/form-data; boundary=x\nContent-Length: 3000000\n\n"
            '--x\nContent-Disposition: form-data; name="file"; filename="a.jpg"\n\n'
        )
        for _ in range(3):
            with connections(server, 6, head, b"\xff\xd8" * 1_000_000):
                time.sleep(0.3)
        assert server.spool_is_empty()
        assert put_when_free(client).status_code == 201
        assert server.spool_is_empty()
        assert "Traceback" not in server.log()
