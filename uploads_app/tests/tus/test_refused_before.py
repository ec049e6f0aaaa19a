"""What can be refused before a byte is sent is refused then, and nothing is begun."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from gigs.tests.factories import GigFactory
from uploads_app.models import TusUpload, UploadedFile
from uploads_app.services import upload as uploading
from uploads_app.tests.direct.client import Sender as DirectSender
from uploads_app.tests.image_factories import jpeg_bytes
from uploads_app.tests.tus.client import Sender, nothing_is_left
from users.models import User

PICTURE = jpeg_bytes((64, 48))
SIZE = len(PICTURE)


def refused(answer: Any) -> tuple[int, str]:
    assert not TusUpload.objects.exists()
    assert answer["Tus-Resumable"] == "1.0.0"
    return answer.status_code, answer.json()["code"]


@pytest.mark.django_db
class TestOneAfterTheOther:
    @pytest.mark.parametrize("length", ["", "0", "-1", "+5", "1e3", "0x10", "9" * 30, "٣"])
    def test_a_length_that_is_none_is_400(self, sender: Sender, length: str) -> None:
        answer = sender.start(SIZE, headers={"Upload-Length": length})
        assert refused(answer) == (400, "invalid")
        assert [error["field"] for error in answer.json()["errors"]] == ["Upload-Length"]

    @pytest.mark.parametrize(
        "said",
        [
            *("category !", "category Zw==,category Zw==", " ,", "c\tx Zw==", "category /w=="),
            *("category Z2VuZXJhbA==\x0b", "\x85category Z2VuZXJhbA=="),
        ],
    )
    def test_metadata_that_is_none_is_400(self, sender: Sender, said: str) -> None:
        answer = sender.start(SIZE, headers={"Upload-Metadata": said})
        assert refused(answer) == (400, "invalid")
        assert [error["field"] for error in answer.json()["errors"]] == ["Upload-Metadata"]

    @pytest.mark.parametrize(
        ("word", "value"),
        [
            ("category", None),
            ("category", "other"),
            ("alt_text", "x" * 301),
            ("alt_text", "a\x00"),
            ("caption", "\x07"),
        ],
    )
    def test_a_word_of_the_metadata_that_is_wrong_is_400(self, sender: Sender, word: str, value: Any) -> None:
        answer = sender.start(SIZE, **{word: value})
        assert refused(answer) == (400, "invalid")
        assert [error["field"] for error in answer.json()["errors"]] == [word]

    def test_more_metadata_than_a_header_holds_is_400(self, sender: Sender) -> None:
        assert refused(sender.start(SIZE, other="x" * 8000)) == (400, "invalid")

    @pytest.mark.parametrize("name", ["Upload-Defer-Length", "Upload-Concat"])
    def test_what_is_not_offered_is_400_rather_than_something_else(self, sender: Sender, name: str) -> None:
        assert refused(sender.start(SIZE, headers={name: "1"})) == (400, "invalid")

    @pytest.mark.parametrize("kind", ["image/gif", "text/html", "image/svg+xml", "application/octet-stream"])
    def test_a_type_that_is_not_accepted_is_415(self, sender: Sender, kind: str) -> None:
        assert refused(sender.start(SIZE, filetype=kind)) == (415, "unsupported_media_type")

    def test_a_size_over_the_limit_is_413_and_says_the_limit(self, sender: Sender, settings: Any) -> None:
        answer = sender.start(settings.VITRINE_MAX_FILE_SIZE + 1)
        assert refused(answer) == (413, "file_too_large")
        assert answer["Tus-Max-Size"] == str(settings.VITRINE_MAX_FILE_SIZE)
        assert sender.start(settings.VITRINE_MAX_FILE_SIZE).status_code == 201

    def test_what_is_under_way_by_whatever_way_counts_for_the_quota(
        self, sender: Sender, settings: Any
    ) -> None:
        settings.VITRINE_QUOTA_BYTES = 2 * SIZE
        DirectSender(sender.api).begin(PICTURE)
        url = sender.begin(SIZE)
        for answer in (sender.start(SIZE), DirectSender(sender.api).announce(PICTURE)):
            assert (answer.status_code, answer.json()["code"]) == (403, "quota_exceeded")
        assert sender.end(url).status_code == 204
        assert sender.start(SIZE).status_code == 201

    def test_one_that_is_becoming_a_file_counts_for_the_quota_once(
        self, sender: Sender, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url, store, statuses = sender.begin(SIZE), uploading._store, list[int]()

        def meanwhile(file: UploadedFile, clean: Path) -> None:
            settings.VITRINE_QUOTA_BYTES = file.file_size + SIZE
            statuses.extend(sender.start(SIZE).status_code for _ in range(2))
            store(file, clean)

        monkeypatch.setattr(uploading, "_store", meanwhile)
        assert sender.send(url, 0, PICTURE).status_code == 204
        assert statuses == [201, 403]

    def test_only_so_many_are_under_way_at_once(self, sender: Sender, settings: Any) -> None:
        settings.VITRINE_TUS_OPEN = 2
        first, _ = sender.begin(SIZE), sender.begin(SIZE)
        answer = sender.start(SIZE)
        assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
        assert 0 < int(answer["Retry-After"]) <= settings.VITRINE_TUS_TTL
        assert sender.send(first, 0, PICTURE).status_code == 204
        assert sender.start(SIZE).status_code == 201

    def test_it_takes_a_turn_of_uploads_and_its_bytes_turns_of_parts(
        self, sender: Sender, settings: Any
    ) -> None:
        settings.VITRINE_THROTTLE_SCALE = 1.0
        settings.VITRINE_THROTTLE_RATES |= {"upload": "1/minute", "part": "2/minute"}
        url = sender.begin(SIZE)
        assert sender.start(SIZE).status_code == 429
        found = [sender.send(url, at, PICTURE[at : at + 1]).status_code for at in range(3)]
        assert found == [204, 204, 429]
        assert sender.offset(url) == 2

    def test_somebody_elses_draft_takes_no_picture_and_nor_does_what_is_no_gig(
        self, sender: Sender, stranger: User
    ) -> None:
        draft = GigFactory.create(owner=stranger, published=False)
        assert refused(sender.start(SIZE, category="gig", gig_id=str(draft.pk))) == (404, "not_found")
        for said in ("", "x", "-1", "0", "1.0", "٣", "9" * 19, "9" * 40):
            assert refused(sender.start(SIZE, category="gig", gig_id=said)) == (400, "invalid")

    def test_a_full_gig_takes_no_picture(self, sender: Sender, owner: User, settings: Any) -> None:
        settings.VITRINE_MAX_IMAGES_PER_GIG = 0
        gig = GigFactory.create(owner=owner)
        assert refused(sender.start(SIZE, category="gig", gig_id=str(gig.pk))) == (409, "conflict")

    def test_a_body_of_another_type_is_415(self, sender: Sender) -> None:
        answer = sender.start(SIZE, PICTURE, headers={"Content-Type": "image/jpeg"})
        assert refused(answer) == (415, "unsupported_media_type")

    def test_a_checksum_of_another_kind_is_400(self, sender: Sender) -> None:
        assert refused(sender.start(SIZE, PICTURE, headers={"Upload-Checksum": "md5 Zw=="})) == (
            400,
            "invalid",
        )


@pytest.mark.django_db(transaction=True)
def test_of_ten_at_once_with_room_for_one_exactly_one_is_begun(
    sender: Sender, owner: User, signed_in: Callable[[User], APIClient], settings: Any
) -> None:
    settings.VITRINE_QUOTA_BYTES = SIZE
    people = [Sender(signed_in(owner)) for _ in range(10)]

    def one(person: Sender) -> int:
        try:
            return int(person.start(SIZE).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        found = list(threads.map(one, people))
    assert sorted(found) == [201] + [403] * 9


@pytest.mark.django_db
def test_the_quota_is_judged_again_when_the_file_is_made(sender: Sender, settings: Any) -> None:
    url = sender.begin(SIZE)
    settings.VITRINE_QUOTA_BYTES = 10
    answer = sender.send(url, 0, PICTURE)
    assert (answer.status_code, answer.json()["code"]) == (403, "quota_exceeded")
    assert nothing_is_left()
