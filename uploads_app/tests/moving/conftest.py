"""A second place beside the local folder: another folder everywhere, and S3 where there is one."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from config.tests.services import need_s3
from uploads_app.storage.places import storage


@pytest.fixture(params=["folder", "s3"])
def both(request: pytest.FixtureRequest, settings: Any, media: Path, tmp_path: Path) -> None:
    """Both places, empty; new pictures go to the local one."""
    if request.param == "s3":
        need_s3()
        settings.VITRINE_S3_LOCATION = f"tests/{uuid.uuid4()}"
    else:
        folder = {
            "BACKEND": "uploads_app.storage.local.DurableLocalStorage",
            "OPTIONS": {"location": tmp_path / "far"},
        }
        settings.STORAGES = settings.STORAGES | {"s3": folder, "s3_renditions": folder}
    storage("s3").mark()
