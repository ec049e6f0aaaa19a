#!/usr/bin/env python
"""One's files, listed: does the time stay flat as the list grows and pages get deeper?

    .venv/bin/python benchmarks/lists.py [--rows 100 10000 100000] [--repeat 100]

Makes a database of its own (on the server that DATABASE_URL names, where set, and drops it after); asks
through the whole stack in one process, and prints medians in milliseconds. The peer is what DRF gives out
of the box on the same table: a ModelSerializer of the same fields with page numbers.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

import django

django.setup()

from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from rest_framework import pagination, serializers
from rest_framework.generics import ListAPIView
from rest_framework.test import APIClient, APIRequestFactory, force_authenticate

from uploads_app.models import UploadedFile
from users.models import User
from users.services.login import log_in

START = datetime(2026, 1, 1, tzinfo=UTC)
LIMIT = 20
NAMES = [
    *("id", "original_filename", "content_type", "file_size", "category", "uploaded_at", "width", "height"),
    *("placeholder", "removed_metadata", "owner", "lifecycle", "sha256", "frames", "dominant_color"),
    *("alt_text", "caption", "focal_x", "focal_y", "moderation"),
]


class PeerSerializer(serializers.ModelSerializer[UploadedFile]):
    class Meta:
        model = UploadedFile
        fields = NAMES


class PeerPages(pagination.PageNumberPagination):
    page_size = LIMIT


class Peer(ListAPIView[UploadedFile]):
    serializer_class = PeerSerializer
    pagination_class = PeerPages

    def get_queryset(self) -> Any:
        mine = UploadedFile.objects.filter(owner=self.request.user.pk, lifecycle="ready")
        return mine.order_by("-uploaded_at", "-id")


def person_with(rows: int) -> User:
    """Somebody with that many ready files, three to a second."""
    user = User.objects.create_user(f"owner{rows}", password=None)
    for begin in range(0, rows, 5000):
        UploadedFile.objects.bulk_create(
            UploadedFile(
                owner=user,
                category=("profile", "gig", "general")[n % 3],
                lifecycle="ready",
                file=f"uploads/general/{uuid4()}.jpg",
                original_filename=f"picture {n}.jpg",
                content_type="image/jpeg",
                file_size=100_000,
                sha256="0" * 64,
                width=1600,
                height=1200,
                placeholder="1QcSHQRnh493V4dIh4eXh1h4kJUI",
                uploaded_at=START + timedelta(seconds=n // 3),
            )
            for n in range(begin, min(begin + 5000, rows))
        )
    return user


def deepest(username: str) -> str:
    """The address of the last page, found from behind: the page before nothing."""
    from uploads_app import pagination as keyset

    oldest = UploadedFile.objects.filter(owner__username=username).order_by("uploaded_at", "id")[LIMIT]
    cursor = keyset._write("n", keyset.newest("uploaded_at").of(oldest))
    return f"/api/upload/my-files?limit={LIMIT}&cursor={cursor}"


def medians_ms(asks: dict[str, Callable[[], Any]], repeat: int) -> dict[str, float]:
    """Median of each, in ms. They take turns, so that noise of the machine meets all of them alike."""
    times: dict[str, list[float]] = {name: [] for name in asks}
    for number in range(repeat + 5):
        for name, ask in asks.items():
            begun = time.perf_counter()
            ask()
            if number >= 5:  # the first rounds only warm up
                times[name].append((time.perf_counter() - begun) * 1000)
    return {name: statistics.median(found) for name, found in times.items()}


@contextmanager
def database() -> Iterator[None]:
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)


def asks_of(rows: int) -> dict[str, Callable[[], Any]]:
    """Requests to time for somebody with that many files: our first and deepest page, and the peer's."""
    user = person_with(rows)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {log_in(user).access}")
    peer, factory = Peer.as_view(), APIRequestFactory()
    first = f"/api/upload/my-files?limit={LIMIT}"
    last = deepest(user.username)
    assert len(client.get(last).json()["results"]) == LIMIT

    def ask_peer(page: int) -> Any:
        request = factory.get("/", {"page": page})
        force_authenticate(request, user)
        return peer(request).render()

    return {
        f"{rows} first": lambda: client.get(first),
        f"{rows} deepest": lambda: client.get(last),
        f"{rows} peer first": lambda: ask_peer(1),
        f"{rows} peer deepest": lambda: ask_peer(rows // LIMIT),
    }


COLUMNS = ("first", "deepest", "peer first", "peer deepest")


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, nargs="+", default=[100, 10_000, 100_000])
    options.add_argument("--repeat", type=int, default=100)
    asked = options.parse_args()
    print(f"{connection.vendor}, Django {django.__version__}, Python {sys.version.split()[0]}; medians in ms")
    with database():
        asks = {name: ask for rows in asked.rows for name, ask in asks_of(rows).items()}
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        found = medians_ms(asks, asked.repeat)
    print("     rows" + "".join(f"{column:>14}" for column in COLUMNS))
    for rows in asked.rows:
        print(f"{rows:>9,}" + "".join(f"{found[f'{rows} {column}']:>14.2f}" for column in COLUMNS))
    small, large = min(asked.rows), max(asked.rows)
    ratios = (found[f"{large} {column}"] / found[f"{small} {column}"] for column in COLUMNS)
    print("   growth" + "".join(f"{ratio:>14.2f}" for ratio in ratios))


if __name__ == "__main__":
    main()
