"""What is counted: real work, by what became of it; and no series that people could make."""

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve

from config.observing.middleware import Observed
from uploads_app.images.errors import ImageError
from uploads_app.models import TusUpload, UploadedFile
from uploads_app.observing.measuring import decoding
from uploads_app.observing.metrics import REGISTRY
from uploads_app.observing.state import _readings_of_ours
from uploads_app.services.rendering.work import render_next
from uploads_app.services.spooling import spool_bytes
from uploads_app.services.upload import upload
from uploads_app.storage.errors import StorageAway
from uploads_app.storage.places import storage
from uploads_app.tests.image_factories import jpeg_bytes
from users.models import User


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def series() -> int:
    return sum(len(metric.samples) for metric in REGISTRY.collect())


def send(owner: User, data: bytes, **options: Any) -> UploadedFile:
    with spool_bytes(data, "a.jpg") as spooled:
        return upload(owner=owner, category="general", spooled=spooled, **options)


@pytest.mark.django_db
def test_uploads_under_way_are_told_by_their_way(owner: User) -> None:
    TusUpload.objects.create(
        owner=owner, category="general", file_size=9, expires_at=Now() + timedelta(hours=1)
    )
    [found] = [metric for metric in _readings_of_ours() if metric.name == "vitrine_open_uploads"]
    values = {sample.labels["way"]: sample.value for sample in found.samples}
    assert values == {"direct": 0, "tus": 1}


@pytest.mark.django_db(transaction=True)
def test_an_upload_and_what_is_made_of_it(owner: User, media: Path) -> None:
    data = jpeg_bytes((300, 200), noisy=True)
    names = {
        "uploads": ("vitrine_uploads_total", {"way": "tus", "outcome": "ok"}),
        "received": ("vitrine_received_bytes_total", {"way": "tus"}),
        "stored": ("vitrine_stored_bytes_total", {"kind": "originals"}),
        "decoded": ("vitrine_decode_seconds_count", {}),
        "written": (
            "vitrine_storage_calls_total",
            {"storage": "local", "method": "write_once", "outcome": "ok"},
        ),
        "rendered": ("vitrine_render_seconds_count", {"format": "webp"}),
        "thumbs": ("vitrine_renditions_total", {"preset": "thumb", "format": "webp", "outcome": "ok"}),
        "kept": ("vitrine_stored_bytes_total", {"kind": "renditions"}),
    }
    before = {what: counted(name, **labels) for what, (name, labels) in names.items()}
    file = send(owner, data, way="tus")
    assert render_next()
    grown = {what: counted(name, **labels) - before[what] for what, (name, labels) in names.items()}
    sizes = file.renditions.filter(state="ready").values_list("size", flat=True)
    assert grown.pop("kept") == sum(sizes)
    assert grown.pop("received") == len(data)
    assert grown.pop("stored") == file.file_size
    assert grown == dict.fromkeys(grown, 1)


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_is_counted_by_its_code(owner: User, settings: Any, media: Path) -> None:
    good = jpeg_bytes((60, 40))
    cases = {"unsupported_media_type": b"no picture", "corrupt_image": good[: len(good) // 2]}
    for outcome, data in cases.items():
        before = counted("vitrine_uploads_total", way="multipart", outcome=outcome)
        with pytest.raises(ImageError):
            send(owner, data)
        assert counted("vitrine_uploads_total", way="multipart", outcome=outcome) == before + 1


@pytest.mark.django_db
def test_a_body_that_is_too_large_is_counted_on_its_way(owner: User, signed_in: Any, settings: Any) -> None:
    settings.VITRINE_MAX_FILE_SIZE = 100
    before = counted("vitrine_uploads_total", way="multipart", outcome="file_too_large")
    from django.core.files.uploadedfile import SimpleUploadedFile

    body = {"file": SimpleUploadedFile("a.jpg", b"x" * 1000)}
    assert signed_in(owner).post("/api/upload/general", body, format="multipart").status_code == 413
    assert counted("vitrine_uploads_total", way="multipart", outcome="file_too_large") == before + 1


@pytest.mark.parametrize("reason", ["timeout", "out_of_memory", "crashed", "late", "unavailable"])
def test_a_decoder_s_end_is_counted_by_its_reason(reason: str) -> None:
    from uploads_app.observing.measuring import _REASONS

    kind = next(kind for kind, word in _REASONS.items() if word == reason)
    before = counted("vitrine_decoder_failures_total", work="decode", reason=reason)
    with pytest.raises(kind), decoding():
        raise kind
    assert counted("vitrine_decoder_failures_total", work="decode", reason=reason) == before + 1


def test_calls_of_a_storage_are_counted_by_what_became_of_them(media: Path, settings: Any) -> None:
    key = "uploads/general/00000000-0000-4000-8000-000000000000.jpg"
    labels = {"storage": "local", "method": "open_stored"}
    before = {
        outcome: counted("vitrine_storage_calls_total", outcome=outcome, **labels)
        for outcome in ("absent", "away")
    }
    with pytest.raises(FileNotFoundError):
        storage("local").open_stored(key)
    for mark in media.iterdir():
        mark.rmdir()
    with pytest.raises(StorageAway):
        storage("local").open_stored(key)
    for outcome, count in before.items():
        assert counted("vitrine_storage_calls_total", outcome=outcome, **labels) == count + 1


@pytest.mark.django_db
def test_passwords_are_counted_by_what_became_of_them(owner: User, client: Client, settings: Any) -> None:
    settings.VITRINE_LOGIN_FAILURES = 2
    owner.set_password("right horse battery")
    owner.save()
    before = {word: counted("vitrine_logins_total", outcome=word) for word in ("ok", "failed", "throttled")}

    def log_in(password: str) -> None:
        body = {"username": "owner", "password": password}
        client.post("/api/auth/token", body, content_type="application/json")

    log_in("right horse battery")
    for _ in range(3):
        log_in("wrong")
    grown = {word: counted("vitrine_logins_total", outcome=word) - count for word, count in before.items()}
    assert grown == {"ok": 1, "failed": 2, "throttled": 1}


WORDS = (
    "api",
    "upload",
    "gigs",
    "admin",
    "..",
    "%00",
    "é",
    "metrics",
    "<script>",
    "password",
    "reset",
    "files",
)


def test_ten_thousand_hostile_addresses_make_no_series() -> None:
    """Through the resolver that Django asks, and the middleware that counts; pages would take minutes."""

    def answer(request: Any) -> Any:
        from django.http import HttpResponse

        try:
            request.resolver_match = resolve(request.path_info)
        except Resolver404:
            return HttpResponse(status=404)
        return HttpResponse()

    observed, factory, chance = Observed(answer), RequestFactory(), random.Random(7)

    def ask() -> None:
        parts = [chance.choice([*WORDS, f"{chance.getrandbits(64):x}"]) for _ in range(chance.randint(1, 6))]
        method = chance.choice(["GET", "POST", f"M{chance.getrandbits(32):x}"])
        observed(factory.generic(method, "/" + "/".join(parts)))

    for _ in range(2000):  # all patterns and methods that such addresses meet at all
        ask()
    observed(factory.generic("M1", "/x"))
    before = series()
    for _ in range(10_000):
        ask()
    assert series() <= before + 40  # a pattern that chance had not met before; never one an address
    routes = {
        sample.labels["route"]
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if "route" in sample.labels
    }
    assert not any(f"{word}" in route for route in routes for word in ("script", "%00", ".."))
