"""An S3 that the pictures of a test lie in, and that can be made to fail."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from config.tests.faulty import Fault, FaultyS3, faulty_s3
from config.tests.services import need_s3
from uploads_app.storage.places import S3, storage
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.s3_storages import lie_in, reached_at
from users.models import User

PICTURE = jpeg_bytes((200, 150), noisy=True)
HASTY, PATIENT = 1.0, 10.0  # read timeouts in seconds: where S3 is silent, and elsewhere


@pytest.fixture(scope="session")
def _proxy() -> Iterator[FaultyS3]:
    with faulty_s3(need_s3()["VITRINE_S3_ENDPOINT"]) as proxy:
        yield proxy


@pytest.fixture
def s3(
    _proxy: FaultyS3,
    request: pytest.FixtureRequest,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[FaultyS3]:
    """New pictures lie behind it; counts nothing yet."""
    silent = getattr(request.node, "callspec", None) and Fault.SILENT in request.node.callspec.params.values()
    settings.VITRINE_STORAGE = "s3"
    lie_in(reached_at(_proxy.url, "", HASTY if silent else PATIENT), monkeypatch)
    storage(S3).mark()
    storage(S3).check()
    _proxy.forget()
    yield _proxy
    _proxy.heal()
    _proxy.delay = 0.0


@pytest.fixture
def client(owner: User, signed_in: Callable[[User], APIClient], s3: FaultyS3) -> APIClient:
    return signed_in(owner)
