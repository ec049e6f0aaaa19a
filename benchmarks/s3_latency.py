#!/usr/bin/env python
"""What S3 at a distance costs: an upload and a set of renditions, with S3 near by and 20 ms away.

    eval "$(deploy/services.sh up s3)"
    .venv/bin/python benchmarks/s3_latency.py [--rounds 7] [--away 0 20]

On SQLite in memory, in one process, through the services; S3 is behind a proxy that delays each way there and back
(a connection costs one as well). The set is the first format's eight sizes, which are stored by one thread (as
before) and by several. Everything takes turns; prints medians in milliseconds and the calls that were counted.
"""

import argparse
import hashlib
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
os.environ |= {"DATABASE_URL": "sqlite://:memory:", "VITRINE_STORAGE": "s3"}

import django

django.setup()

from django.conf import settings
from django.core.files.storage import storages
from django.core.management import call_command

from config.tests.faulty import FaultyS3, faulty_s3
from config.tests.services import need_s3
from uploads_app.images.presets import OutputFormat
from uploads_app.models import Rendition, UploadedFile
from uploads_app.services.rendering.work import render_set
from uploads_app.services.spooling import spool_bytes
from uploads_app.services.upload import upload
from uploads_app.storage import several
from uploads_app.storage.base import Facts
from uploads_app.storage.keys import new_rendition_key
from uploads_app.storage.places import S3, S3_RENDITIONS, storage
from uploads_app.tests.image_factories import encoded, noise
from uploads_app.tests.s3_storages import reached_at
from users.models import User

THREADS = (1, 2, 4, 8)


def took(work: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def send(owner: User, data: bytes) -> None:
    with spool_bytes(data, "a.jpg") as spooled:
        upload(owner=owner, category="general", spooled=spooled)


def puts_alone(sizes: list[int], folder: Path) -> float:
    """Milliseconds that it takes to store files of these sizes in bytes, and nothing else."""
    writes = []
    for size in sizes:
        path, data = folder / uuid.uuid4().hex, os.urandom(size)
        path.write_bytes(data)
        facts = Facts(hashlib.sha256(data).hexdigest(), "image/webp")
        writes.append(several.Write(S3_RENDITIONS, new_rendition_key("webp"), path, facts))
    return took(lambda: several.write_all(writes))


def measured(proxy: FaultyS3, away: int, rounds: int, folder: Path) -> list[str]:
    """Lines of the table for one distance in milliseconds."""
    owner = User.objects.get_or_create(username="bench")[0]
    picture = encoded(noise((320, 240)).resize((1920, 1440)), "JPEG", quality=60)
    times: dict[str, list[float]] = {}
    counts: dict[str, str] = {}
    proxy.delay = away / 1000
    for round_ in range(rounds + 1):
        for threads in THREADS:
            several._AT_ONCE = threads
            proxy.forget()
            found = {"upload": took(lambda: send(owner, picture))}
            counts["upload"] = str(dict(proxy.asked))
            file = UploadedFile.objects.order_by("-uploaded_at")[0]
            proxy.forget()
            name = f"set, {threads}"
            found[name] = took(partial(render_set, file.pk))
            counts[name] = str(dict(proxy.asked))
            sizes = list(Rendition.objects.filter(file=file, state="ready").values_list("size", flat=True))
            found[f"its puts alone, {threads}"] = puts_alone(sizes, folder)
            for step, took_ in found.items() if round_ else ():  # the first one warms
                times.setdefault(step, []).append(took_)
    return [
        f"| {away} | {step} | {statistics.median(all_):.0f} | {min(all_):.0f} | {counts.get(step, '')} |"
        for step, all_ in sorted(times.items())
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--away", type=int, nargs="*", default=[0, 20])
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as home, faulty_s3(need_s3()["VITRINE_S3_ENDPOINT"]) as proxy:
        settings.VITRINE_SPOOL_DIR = Path(home) / "spool"
        settings.VITRINE_S3_LOCATION = f"benchmarks/{uuid.uuid4()}"
        settings.VITRINE_QUOTA_BYTES = 10**12
        settings.VITRINE_RENDITION_FORMATS = (OutputFormat.WEBP,)
        made = vars(storages)["_storages"]  # what Django made is replaced, for all who ask it later
        made[S3] = made[S3_RENDITIONS] = reached_at(proxy.url)
        storage(S3).mark()
        storage(S3_RENDITIONS).check()
        print(
            "| ms away | step, threads | median ms | least ms | calls |\n| ---: | --- | ---: | ---: | --- |"
        )
        for away in asked.away:
            print("\n".join(measured(proxy, away, asked.rounds, Path(home))), flush=True)
        for prefix in ("uploads", "renditions"):
            for key, _ in storage(S3).keys(prefix):
                storage(S3).remove(key)


if __name__ == "__main__":
    main()
