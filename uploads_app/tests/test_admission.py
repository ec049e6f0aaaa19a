"""Uploads never take all threads of a process: beyond a limit they are told to come back at once."""

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from config.tests.live import installation
from uploads_app.services.admission import admitted
from uploads_app.tests.image_factories import jpeg_bytes
from users.models import User


@pytest.mark.django_db
def test_beyond_the_limit_an_upload_is_503_at_once_and_later_works(
    owner: User, signed_in: Callable[[User], APIClient], settings: Any
) -> None:
    settings.VITRINE_UPLOADS_AT_ONCE = 1
    client = signed_in(owner)

    def upload() -> Any:
        sent = SimpleUploadedFile("a.jpg", jpeg_bytes(), "image/jpeg")
        return client.post("/api/upload/general", {"file": sent}, format="multipart")

    with admitted():
        refused = upload()
        assert client.get("/api/upload/usage").status_code == 200
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert int(refused["Retry-After"]) > 0
    assert upload().status_code == 201


@pytest.mark.service
def test_slow_senders_do_not_keep_others_from_reading(tmp_path: Path) -> None:
    with installation(tmp_path) as server:
        server.start()
        client = server.sign_up("owner")
        head = (
            "POST /api/upload/general HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: {client.headers['Authorization']}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n--x\r\n"
        )
        slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(40)]
        try:
            for connection in slow:
                connection.sendall(head.encode())
            time.sleep(0.5)
            for _ in range(20):
                assert client.get("/api/upload/usage", timeout=5).status_code == 200
                assert httpx.get(f"{server.url}/healthz", timeout=5, trust_env=False).status_code == 200
        finally:
            for connection in slow:
                connection.close()
        time.sleep(0.5)
        answer = client.post("/api/upload/general", files={"file": ("a.jpg", jpeg_bytes(), "image/jpeg")})
        assert answer.status_code == 201, "threads of senders that went away are free again"
        assert server.spool_is_empty()
