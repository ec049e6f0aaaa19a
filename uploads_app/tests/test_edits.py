"""Edits over the API: what is taken, what is refused, and what comes back."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory
from users.models import User

SignIn = Callable[[User], APIClient]
WHOLE: dict[str, Any] = {
    "crop": {"x": 0.1, "y": 0.2, "width": 0.5, "height": 0.25},
    "rotate": 90,
    "flip": True,
    "filters": {
        "grayscale": True, "sepia": False, "invert": False, "brightness": 0.5, "contrast": -0.5,
        "saturation": 0.25, "sharpen": 1.0, "blur": 0.0,
    },
}  # fmt: skip


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return FileFactory.create(owner=owner)


@pytest.fixture
def put(file: UploadedFile, owner: User, signed_in: SignIn) -> Callable[[Any], Any]:
    client = signed_in(owner)
    return lambda body: client.put(f"/api/upload/{file.pk}/edits", body)


def test_they_come_back_as_they_were_given(put: Callable[[Any], Any], file: UploadedFile) -> None:
    answer = put(WHOLE)
    assert answer.status_code == 200
    assert answer.json()["edits"] == WHOLE
    file.refresh_from_db()
    assert (file.rendering, file.revision) == ("waiting", 1)


def test_what_is_not_given_changes_nothing(put: Callable[[Any], Any]) -> None:
    edits = put({"rotate": 180}).json()["edits"]
    assert edits["rotate"] == 180
    assert (edits["crop"], edits["flip"]) == (None, False)
    assert not any(edits["filters"].values())


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rotate": 0},
        {"crop": None, "filters": {}},
        {"crop": {"x": 0, "y": 0.0, "width": 1, "height": 1.0}},
        {"crop": {"x": 0.000001, "y": 0, "width": 0.999999, "height": 1}, "filters": {"blur": 0.000001}},
    ],
)
def test_edits_that_change_nothing_are_none(
    put: Callable[[Any], Any], file: UploadedFile, body: dict[str, Any]
) -> None:
    put(WHOLE)
    assert put(body).json()["edits"] is None
    file.refresh_from_db()
    assert file.edits == {}


def test_the_original_stays_in_sight_after_edits_that_change_nothing(
    put: Callable[[Any], Any], file: UploadedFile
) -> None:
    put({"crop": {"x": 0, "y": 0, "width": 1, "height": 1}})
    file.refresh_from_db()
    assert (file.edits, file.revision) == ({}, 0)


def test_delete_brings_the_original_back(
    put: Callable[[Any], Any], file: UploadedFile, owner: User, signed_in: SignIn
) -> None:
    put(WHOLE)
    answer = signed_in(owner).delete(f"/api/upload/{file.pk}/edits")
    assert (answer.status_code, answer.json()["edits"]) == (200, None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"rotate": 45}, "rotate"), ({"rotate": "90"}, "rotate"), ({"rotate": True}, "rotate"),
        ({"rotate": 90.5}, "rotate"), ({"rotate": None}, "rotate"),
        ({"flip": 1}, "flip"), ({"flip": "yes"}, "flip"),
        ({"crop": {}}, "crop.x"), ({"crop": []}, "crop"),
        ({"crop": {"x": 0, "y": 0, "width": 1}}, "crop.height"),
        ({"crop": {"x": 0, "y": 0, "width": 0, "height": 1}}, "crop"),
        ({"crop": {"x": 0.5, "y": 0, "width": 0.6, "height": 1}}, "crop"),
        ({"crop": {"x": -0.1, "y": 0, "width": 0.5, "height": 1}}, "crop.x"),
        ({"crop": {"x": "0", "y": 0, "width": 0.5, "height": 1}}, "crop.x"),
        ({"filters": {"brightness": 1.1}}, "filters.brightness"),
        ({"filters": {"blur": -0.1}}, "filters.blur"),
        ({"filters": {"sepia": "true"}}, "filters.sepia"),
        ({"filters": {"contrast": None}}, "filters.contrast"),
        ({"filters": []}, "filters"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named_and_changes_nothing(
    put: Callable[[Any], Any], file: UploadedFile, body: dict[str, Any], field: str
) -> None:
    answer = put(body)
    assert answer.status_code == 400
    named = {error["field"] for error in answer.json()["errors"]}
    assert any(name == field or name.startswith(f"{field}.") for name in named), named
    file.refresh_from_db()
    assert (file.edits, file.revision) == ({}, 0)


def test_a_file_that_is_deleted_meanwhile_is_not_found(
    put: Callable[[Any], Any], file: UploadedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    UploadedFile.objects.update(lifecycle="deleted")
    assert put(WHOLE).status_code == 404
