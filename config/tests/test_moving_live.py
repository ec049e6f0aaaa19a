"""Two thousand files of a live site, moved to S3 and back by a command that is killed again and again."""

import hashlib
import random
import time
import uuid
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from config.tests.live import LiveServer, installation
from config.tests.moving import People, Run, fill, wait_until
from config.tests.services import need_s3

FILES, KILLS = 2000, 10


class Bucket:
    """What lies in S3 under one folder of the bucket, asked without any code of ours."""

    def __init__(self, settings: dict[str, str], folder: str) -> None:
        self._folder, self._bucket = folder, settings["VITRINE_S3_BUCKET"]
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=settings["VITRINE_S3_ENDPOINT"],
            region_name=settings["VITRINE_S3_REGION"],
            aws_access_key_id=settings["VITRINE_S3_ACCESS_KEY"],
            aws_secret_access_key=settings["VITRINE_S3_SECRET_KEY"],
            config=Config(s3={"addressing_style": "path"}),
        )

    def keys(self) -> set[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{self._folder}/uploads/"
        )
        return {
            one["Key"].removeprefix(f"{self._folder}/") for page in pages for one in page.get("Contents", ())
        }

    def sha256(self, key: str) -> str:
        body = self._client.get_object(Bucket=self._bucket, Key=f"{self._folder}/{key}")["Body"]
        return hashlib.sha256(body.read()).hexdigest()


@pytest.mark.long
@pytest.mark.service
@pytest.mark.fleet
@pytest.mark.timeout(900)
def test_two_thousand_files_move_to_s3_and_back_however_often_the_copy_is_killed(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201  (pytest shows it when the test fails)
    moments, s3, folder = random.Random(seed), need_s3(), f"tests/{uuid.uuid4()}"
    settings = s3 | {"VITRINE_STORAGE": "s3", "VITRINE_S3_LOCATION": folder}
    bucket = Bucket(s3, folder)
    with installation(tmp_path, **settings) as server:
        server.start()
        client = server.sign_up("mover")
        people = People(client, fill(server, "mover", FILES), seed)
        try:
            _copy_under_kills(server, bucket, moments)
            assert "wrong 0, not read 0" in Run(server, "verify", "--to", "s3", "--jobs", "2").finish()
            assert "not copied yet 0" in Run(server, "switch", "--to", "s3").finish()
        finally:
            people.stop()
        assert not people.broken, people.broken[:5]
        assert min(people.read, people.uploaded, len(people.deleted)) >= KILLS
        there = _assert_all_is_there(server, people, bucket)
        assert bucket.keys() == there.keys(), "a file twice, or one that is gone"
        assert _folder(server) <= there.keys()

        _go_back(server)
        assert _folder(server) == _assert_all_is_there(server, people, bucket).keys()
        assert not bucket.keys()


def _copy_under_kills(server: LiveServer, bucket: Bucket, moments: random.Random) -> None:
    """Each kill comes a random while after the run wrote something; the last run ends by itself."""
    hit = 0
    for _ in range(KILLS):
        before = len(_folder(server) & bucket.keys())
        run = Run(server, "copy", "--to", "s3", "--jobs", "2")
        _await_copies(server, bucket, run, before + 5)
        time.sleep(moments.uniform(0, 0.2))
        hit += run.kill()
    assert hit >= KILLS // 2, "too few kills came in the middle of the copy"
    assert "failed 0" in Run(server, "copy", "--to", "s3", "--jobs", "2").finish()


def _await_copies(server: LiveServer, bucket: Bucket, run: Run, many: int) -> None:
    wait_until(lambda: len(_folder(server) & bucket.keys()) >= many or not run.alive())


def _go_back(server: LiveServer) -> None:
    """What was uploaded meanwhile is copied; all else still lies in the folder."""
    for words in (["copy"], ["verify"], ["switch", "--force"], ["clean", "--grace", "0"]):
        server.manage("storage", *words, "--to", "local")


def _assert_all_is_there(server: LiveServer, people: People, bucket: Bucket) -> dict[str, str]:
    """Every file once, as it was uploaded, where its row says; SHA-256 by key."""
    said = server.manage("shell", "-v", "0", "-c", _LIST)
    rows = [line.split() for line in said.splitlines()]
    assert {pk: sha256 for pk, _, _, sha256 in rows} == people.files
    assert len({alias for _, alias, _, _ in rows}) == 1, "some are at the one place, some at the other"
    for _, alias, key, sha256 in rows:
        if alias == "s3":
            assert bucket.sha256(key) == sha256
        else:
            assert hashlib.sha256((server.media / key).read_bytes()).hexdigest() == sha256
    return {key: sha256 for _, _, key, sha256 in rows}


_LIST = """
from uploads_app.models import UploadedFile
for row in UploadedFile.objects.filter(lifecycle="ready"):
    print(row.pk, row.storage, row.key, row.sha256)
"""


def _folder(server: LiveServer) -> set[str]:
    root = server.media
    return {path.relative_to(root).as_posix() for path in (root / "uploads").rglob("*") if path.is_file()}
