"""Clients that people use, over a connection that breaks again and again and comes back at another server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.tests.live import LiveServer
from config.tests.tus.conftest import Client
from config.tests.tus.cutting import CuttingProxy

pytestmark = [pytest.mark.service, pytest.mark.shared, pytest.mark.long, pytest.mark.timeout(900)]
PIECE = 128 * 1024  # bytes
AT_MOST = 1024 * 1024  # bytes that a connection lives for
SEED = 20240229


def photos(shared: Path) -> list[Path]:
    return sorted(path for path in (shared / "photos").iterdir() if path.suffix in (".jpg", ".jpeg"))


@contextmanager
def breaking(servers: list[LiveServer]) -> Iterator[tuple[str, CuttingProxy]]:
    proxy = CuttingProxy([server.port for server in servers], seed=SEED, at_most=AT_MOST)
    try:
        yield f"http://127.0.0.1:{proxy.port}", proxy
    finally:
        proxy.close()


def files_of(person: httpx.Client) -> dict[str, Any]:
    """The files of a person by their names; a name that stands twice fails the test."""
    listed = (
        person.get("/api/upload/my-files", params={"page_size": 100}).raise_for_status().json()["results"]
    )
    found = {file["original_filename"]: file for file in listed}
    assert len(found) == len(listed), sorted(file["original_filename"] for file in listed)
    return found


def multipart(person: httpx.Client, path: Path) -> bytes:
    """What is stored of a file that is sent in one form."""
    sent = {"file": (path.name, path.read_bytes(), "image/jpeg")}
    file_id = person.post("/api/upload/general", files=sent).raise_for_status().json()["file_id"]
    return stored(person, file_id)


def stored(person: httpx.Client, file_id: str) -> bytes:
    return person.get(f"/api/upload/{file_id}", follow_redirects=True).raise_for_status().content


def test_every_photograph_comes_in_whole_and_once(
    servers: list[LiveServer], client: Client, client_name: str, shared: Path
) -> None:
    person, reference = (servers[0].sign_up(f"{who}-{client_name}") for who in ("sender", "reference"))
    paths = photos(shared)
    with breaking(servers) as (base, proxy):
        uploads = client(base, person, paths, PIECE)

    assert proxy.cuts > len(paths)
    assert sum(upload.retries for upload in uploads) > len(paths)
    files = files_of(person)
    assert sorted(files) == sorted(upload.name for upload in uploads) == [path.name for path in paths]
    for path in paths:
        assert stored(person, files[path.name]["file_id"]) == multipart(reference, path), path.name
    usage = person.get("/api/upload/usage").json()
    assert usage == reference.get("/api/upload/usage").json()
