"""What programs read of the check never changes its names."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from uploads_app.services.fsck.findings import Kind
from uploads_app.tests.fsck.house import PLANTS, build, fsck
from users.models import User

pytestmark = pytest.mark.django_db


def test_a_line_for_each_finding_and_one_with_the_sum(owner: User) -> None:
    house = build(owner)
    PLANTS["missing"][1](house)
    said = fsck()
    assert said.findings == [
        {
            "class": "F1", "name": "MISSING", "storage": house.other.storage, "key": house.other.key,
            "by": "file", "row": str(house.other.pk), "detail": "", "repaired": False,
        }
    ]  # fmt: skip
    found = dict.fromkeys((kind.name for kind in Kind), 0) | {"MISSING": 1}
    assert said.summary.keys() == {"verdict", "keys", "kept", "left", "last", "found"}
    assert (said.summary["verdict"], said.summary["left"], said.summary["found"]) == ("wrong", 1, found)


def test_classes_keep_their_numbers() -> None:
    assert [f"{kind.value} {kind.name}" for kind in Kind] == [
        "F1 MISSING", "F2 CORRUPT", "F3 ORPHAN", "F4 STALE_PENDING", "F5 ZOMBIE", "F6 DANGLING_REF",
        "F7 RENDITION", "F8 QUOTA_DRIFT", "F9 TMP_JUNK", "F10 META_DRIFT", "F11 LEAK", "F12 OUTSIDE",
    ]  # fmt: skip


def test_people_get_the_same_in_words(owner: User) -> None:
    house = build(owner)
    PLANTS["missing"][1](house)
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("media_fsck", stdout=out)
    assert f"F1 MISSING {house.other.storage} {house.other.key} file {house.other.pk}" in out.getvalue()
    assert json.dumps({}) not in out.getvalue()
