"""What moderation says of a file in words: true in both modes, and never why somebody else hid it."""

from typing import Any

import pytest

from uploads_app.models import Reason, UploadedFile
from uploads_app.pages import words


def standing(**columns: Any) -> words.Standing:
    return words.standing(UploadedFile(**columns))


@pytest.mark.parametrize(
    ("mode", "columns", "said", "hidden"),
    [
        ("after", {}, "It may be used meanwhile.", False),
        ("before", {}, "Others see it once staff have approved it.", True),
        ("before", {"moderation": "approved"}, "", False),
        ("after", {"moderation": "approved", "legal_hold": True}, "Nobody else sees it until", True),
        ("after", {"withheld": "near_copy"}, "Nobody else sees it until", True),
        ("before", {"withheld": "reports"}, "Nobody else sees it until", True),
        ("after", {"withheld": "appeal"}, "Your appeal is being looked at.", True),
        ("after", {"moderation": "rejected"}, "Nobody else sees it, wherever", True),
    ],
)
def test_words_follow_mode_and_state(
    settings: Any, mode: str, columns: dict[str, Any], said: str, hidden: bool
) -> None:
    settings.VITRINE_MODERATION = mode
    told = standing(**columns)
    assert told.meaning.startswith(said)
    assert told.hidden == hidden


def test_reasons_to_hide_that_are_for_staff_are_told_alike() -> None:
    told = {standing(withheld=why) for why in ("reports", "near_copy", "check")}
    assert told == {standing(legal_hold=True)}


def test_every_reason_has_words_of_its_own() -> None:
    assert len({words.reason(reason) for reason in Reason.values}) == len(Reason)
