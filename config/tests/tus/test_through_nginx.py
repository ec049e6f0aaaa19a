"""Other people's clients through the real nginx, which takes each piece in whole before a server sees it."""

from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from config.tests.front import NGINX, nginx
from config.tests.live import LiveServer, installation
from config.tests.tus.conftest import Client
from uploads_app.api.tus_headers import MOST_METADATA
from uploads_app.tests.image_factories import jpeg_bytes

pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]
PIECE = 256 * 1024  # bytes


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, LiveServer]]:
    """nginx's address, and the server behind it."""
    home = tmp_path_factory.mktemp("nginx")
    settings = {"VITRINE_ACCEL": "/_stored/", "VITRINE_TRUSTED_PROXIES": "1", "VITRINE_STORAGE": "local"}
    with installation(home, **settings) as server:
        server.start()
        with nginx(home, server.port, server.media) as place:
            yield f"http://{place}", server


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A picture of several pieces."""
    path = tmp_path / "large.jpg"
    path.write_bytes(jpeg_bytes((1600, 1200), noisy=True))
    assert path.stat().st_size > 3 * PIECE
    return path


def test_a_client_sends_in_pieces(
    behind: tuple[str, LiveServer], client: Client, client_name: str, picture: Path
) -> None:
    url, server = behind
    person = server.sign_up(f"sender-{client_name}")
    (upload,) = client(url, person, [picture], PIECE)
    assert upload.url.startswith(f"{url}/api/upload/tus/")
    shown = person.get(upload.url).raise_for_status().json()
    assert (shown["state"], shown["offset"]) == ("done", picture.stat().st_size)
    sent = {"file": (picture.name, picture.read_bytes(), "image/jpeg")}
    whole = person.post("/api/upload/general", files=sent).raise_for_status().json()["file_id"]
    addresses = [f"{url}/api/upload/{pk}" for pk in (shown["file"]["file_id"], whole)]
    bytes_of = [person.get(address).raise_for_status().content for address in addresses]
    assert bytes_of[0] == bytes_of[1] != b""


def test_the_most_metadata_there_may_be_is_said_back(behind: tuple[str, LiveServer]) -> None:
    url, server = behind
    person = server.sign_up("wordy")
    person.headers["Tus-Resumable"] = "1.0.0"
    said = f"category {b64encode(b'general').decode()},other "
    said += b64encode(b"x" * ((MOST_METADATA - len(said)) // 4 * 3)).decode()
    assert MOST_METADATA - 4 < len(said) <= MOST_METADATA
    begun = person.post(f"{url}/api/upload/tus", headers={"Upload-Length": "9", "Upload-Metadata": said})
    assert begun.status_code == 201, begun.text
    head = person.head(httpx.URL(url).join(begun.headers["Location"]))
    assert (head.status_code, head.headers.get("Upload-Metadata")) == (200, said)


def test_a_body_that_nginx_refuses_is_refused_in_the_protocol(behind: tuple[str, LiveServer]) -> None:
    url, _ = behind
    for path, version in ((f"/api/upload/tus/{uuid4()}", "1.0.0"), ("/api/upload/general", None)):
        connection = HTTPConnection(httpx.URL(url).netloc.decode(), timeout=30)
        connection.request("PATCH", path, headers={"Content-Length": str(10**12)})
        answer = connection.getresponse()
        connection.close()
        assert (answer.status, answer.getheader("Tus-Resumable")) == (413, version)


def test_every_method_of_the_protocol_gets_through(behind: tuple[str, LiveServer], picture: Path) -> None:
    url, server = behind
    person = server.sign_up("methods")
    person.headers["Tus-Resumable"] = "1.0.0"
    data = picture.read_bytes()
    said = {"Upload-Length": str(len(data)), "Upload-Metadata": f"category {b64encode(b'general').decode()}"}
    begun = person.post(f"{url}/api/upload/tus", headers=said)
    assert begun.status_code == 201, begun.text
    place = httpx.URL(url).join(begun.headers["Location"])

    part = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    assert person.patch(place, content=data[:PIECE], headers=part).status_code == 204
    head = person.head(place)
    assert (head.status_code, head.headers["Upload-Offset"]) == (200, str(PIECE))
    assert person.patch(place, content=data[:PIECE], headers=part).status_code == 409
    assert person.options(f"{url}/api/upload/tus").headers["Tus-Version"] == "1.0.0"
    assert person.delete(place).status_code == 204
    assert person.head(place).status_code == 410
