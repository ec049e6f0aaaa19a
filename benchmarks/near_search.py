#!/usr/bin/env python
"""The search for near hashes among very many, against a look at every one of them.

    .venv/bin/python benchmarks/near_search.py [--rows 10000 100000 1000000] [--rounds 200]

Makes a database of its own (on the server that DATABASE_URL names, where set, and drops it after) and fills
the table of banned hashes, which is searched as that of files is. Hashes are made as pictures give them: of
waves that get weaker as they get finer. Half of those asked for are in the table, with up to seven bits changed.
The full scan is a count of bits in the database (PostgreSQL), or of all rows in Python (SQLite has no such count).
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "VITRINE_SECRET_KEY": "of-a-benchmark-" + "s" * 50,
    "VITRINE_JWT_SIGNING_KEY": "of-a-benchmark-" + "j" * 50,
    "VITRINE_ALLOWED_HOSTS": "testserver",
}

import django
from django.conf import settings

from benchmarks.environment import WORK

settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = (
    str(WORK / "near.sqlite3") if "sqlite3" in settings.DATABASES["default"]["ENGINE"] else "vitrine_near"
)
django.setup()

from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from uploads_app.hashes import signed
from uploads_app.images.phash import hamming_distance, is_flat
from uploads_app.models import BannedHash, BannedPicture
from uploads_app.models.near_copies import parts_of
from uploads_app.services.moderation import similar

DISTANCE = 7
PATTERNS = 40_000
BATCH = 20_000
RNG = random.Random(11)


def pattern() -> int:
    """The hash of a picture that is not there: coarse waves are strong, fine ones may be nothing at all."""
    contrast = 2 ** RNG.gauss(5, 1.5)
    waves = [round(RNG.gauss(0, contrast / (1 + n // 8 + n % 8) ** 1.2)) for n in range(64)]
    waves[0] = 9999  # how bright it is as a whole
    middle = statistics.median(waves)
    return sum((wave > middle) << (63 - place) for place, wave in enumerate(waves))


def hashes(patterns: list[int]) -> int:
    """One that tells something; its upper and lower half are of two patterns, so that hardly any come twice."""
    while True:
        upper, lower = RNG.choices(patterns, k=2)
        made = upper >> 32 << 32 | lower & (1 << 32) - 1
        if not is_flat(made):
            return made


def fill(upto: int, kept: list[int], patterns: list[int]) -> None:
    while len(kept) < upto:
        more = [hashes(patterns) for _ in range(min(BATCH, upto - len(kept)))]
        ban = BannedPicture.objects.create(
            sha256=f"{len(kept):064x}", reason="other", banned_by_name="benchmark"
        )
        BannedHash.objects.bulk_create(BannedHash(ban=ban, **parts_of(one)) for one in more)
        kept.extend(more)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def scan(hash_: int) -> int:
    """How many rows are near, by a look at each."""
    table = BannedHash._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            near = "bit_count((hash # %s)::bit(64)) <= %s"
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {near}", [signed(hash_), DISTANCE])
            return int(cursor.fetchone()[0])
        cursor.execute(f"SELECT hash FROM {table}")
        asked, every = signed(hash_), (1 << 64) - 1
        return sum((kept ^ asked & every).bit_count() <= DISTANCE for (kept,) in cursor)


def timed(work: Callable[[int], object], asked: list[int]) -> list[float]:
    times = []
    for hash_ in asked:
        begun = time.perf_counter()
        work(hash_)
        times.append((time.perf_counter() - begun) * 1000)
    return sorted(times)


def measure(rows: int, kept: list[int], patterns: list[int], rounds: int) -> None:
    asked = [hashes(patterns) for _ in range(rounds // 2)]
    for _ in range(rounds - len(asked)):
        bits = RNG.sample(range(64), RNG.randint(0, DISTANCE))
        asked.append(RNG.choice(kept) ^ sum(1 << place for place in bits))
    asked = [hash_ for hash_ in asked if not is_flat(hash_)]
    RNG.shuffle(asked)
    for hash_ in asked[:5]:
        found = {ban for ban, _ in similar.near_bans(hash_, DISTANCE)}
        nearby = {n // BATCH for n, one in enumerate(kept) if hamming_distance(one, hash_) <= DISTANCE}
        assert len(found) == len(nearby) or rows % BATCH, (found, nearby)
    crowd = sorted(len(similar.candidates(BannedHash, [hash_], DISTANCE)) for hash_ in asked)
    ours = timed(lambda hash_: similar.near_bans(hash_, DISTANCE), asked)
    whole = timed(scan, asked[:10])
    median, late, peer = statistics.median(ours), ours[int(0.95 * len(ours))], statistics.median(whole)
    print(
        f"| {connection.vendor} | {rows:,} | {statistics.median(crowd):,.0f} | {crowd[int(0.95 * len(crowd))]:,} "
        f"| {median:.1f} | {late:.1f} | {peer:,.0f} | {peer / median:,.1f} |",
        flush=True,
    )


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options.add_argument("--rounds", type=int, default=200)
    asked = options.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    made = setup_databases(verbosity=0, interactive=False)
    try:
        print(
            "| database | hashes | rows looked at, median | p95 | ms, median | p95 | full scan, ms | ratio |"
        )
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        kept: list[int] = []
        patterns = [pattern() for _ in range(PATTERNS)]
        for rows in asked.rows:
            fill(rows, kept, patterns)
            measure(rows, kept, patterns, asked.rounds)
    finally:
        teardown_databases(made, verbosity=0)


if __name__ == "__main__":
    main()
