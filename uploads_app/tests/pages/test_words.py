"""Facts in words."""

import pytest

from uploads_app.api.serializers import REMOVED
from uploads_app.pages import words


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (2_430_000, "2.4 MB"),
        (9_960_000, "10 MB"),
        (37_400_000, "37 MB"),
        (999_600, "1 MB"),
        (500_000_000, "500 MB"),
        (1_500_000_000, "1.5 GB"),
    ],
)
def test_sizes_are_said_by_thousands(count: int, said: str) -> None:
    assert words.size(count) == said


def test_what_was_removed_is_one_phrase() -> None:
    assert words.removed([]) == ""
    assert words.removed(["gps"]) == "where it was taken"
    assert words.removed(["comment", "gps", "text"]) == "a comment, where it was taken and a text"


def test_every_kind_of_what_is_removed_has_words_of_its_own() -> None:
    assert len({words.removed([kind]) for kind in REMOVED}) == len(REMOVED)
