#!/usr/bin/env python
"""Moving: how many files a second `storage copy` lays down in S3, by the number of its jobs.

    eval "$(deploy/services.sh up s3)"; .venv/bin/python benchmarks/moving.py [--files 2000] [--jobs 1 8] [--kb 20]

Makes a database of its own (on the server that DATABASE_URL names, where set, and drops it after), a folder and a part
of the bucket, all gone at the end. Prints files/s of copy, verify, switch and clean, for each number of jobs, and the
peak memory of the process.
"""

import argparse
import hashlib
import os
import resource
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)
_folder = tempfile.TemporaryDirectory(prefix="vitrine-moving-")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings.test",
    "VITRINE_STORAGE": "local",
    "VITRINE_S3_LOCATION": f"benchmarks/{uuid.uuid4()}",
    "VITRINE_TESTS_SCRATCH": _folder.name,
}

import django

django.setup()

from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, setup_test_environment, teardown_databases

from uploads_app.models import StoredCopy, UploadedFile
from uploads_app.services.moving.clean import clean
from uploads_app.services.moving.copy import copy
from uploads_app.services.moving.switch import switch
from uploads_app.services.moving.verify import verify
from uploads_app.storage.keys import new_key
from uploads_app.storage.places import storage
from users.models import User


def fill(many: int, size: int) -> None:
    """So many files of so many bytes each, all different, in the folder."""
    owner = User.objects.create(username="mover", email="mover@example.org")
    storage("local").mark()
    (settings.VITRINE_MEDIA_ROOT / "uploads/general").mkdir(parents=True)
    rows = [_file(owner, os.urandom(size)) for _ in range(many)]
    UploadedFile.objects.bulk_create(rows, batch_size=500)


def _file(owner: User, data: bytes) -> UploadedFile:
    key = new_key("general", "jpg")
    (settings.VITRINE_MEDIA_ROOT / key).write_bytes(data)
    return UploadedFile(
        owner=owner, category="general", lifecycle="ready", rendering="done", storage="local", file=key,
        original_filename="a.jpg", content_type="image/jpeg", file_size=len(data),
        sha256=hashlib.sha256(data).hexdigest(), width=8, height=8,
    )  # fmt: skip


def rate(many: int, work: Callable[[], object]) -> float:
    """Files a second."""
    begun = time.perf_counter()
    work()
    return many / (time.perf_counter() - begun)


def measure(many: int, jobs: int) -> None:
    """One whole move; then the copies go, so that the next begins as this one did."""
    rates = {
        "copy": rate(many, lambda: copy("s3", jobs=jobs)),
        "verify": rate(many, lambda: verify("s3", jobs=jobs)),
        "verify --quick": rate(many, lambda: verify("s3", jobs=jobs, quick=True)),
        "switch": rate(many, lambda: switch("s3", force=True)),
    }
    assert UploadedFile.objects.filter(storage="s3").count() == many
    switch("local", force=True)
    rates["clean"] = rate(many, lambda: clean("local", grace=0, jobs=jobs))
    assert not StoredCopy.objects.exists()
    told = ", ".join(f"{name} {found:,.0f}/s" for name, found in rates.items())
    print(f"{connection.vendor}, {jobs} jobs: {told}")


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--files", type=int, default=2000)
    options.add_argument("--jobs", type=int, nargs="+", default=[1, 8])
    options.add_argument("--kb", type=int, default=20)
    asked = options.parse_args()
    setup_test_environment()
    made = setup_databases(verbosity=0, interactive=False)
    try:
        fill(asked.files, asked.kb * 1000)
        for jobs in asked.jobs:
            measure(asked.files, jobs)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory {peak:.0f} MB")
        storage("s3").remove(".vitrine")
    finally:
        teardown_databases(made, verbosity=0)
        _folder.cleanup()


if __name__ == "__main__":
    main()
