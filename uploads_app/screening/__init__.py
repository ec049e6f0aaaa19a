"""Automatic checks of pictures on their way in: what a check is asked, and what it may answer.

A check is a class without arguments, named in the setting VITRINE_CHECKS; its instances are called with each
candidate, from several threads at once. They are asked in the order of the setting, and the first that does
not let a picture pass ends it.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from uuid import UUID

from uploads_app.models import UploadedFile


class Answer(StrEnum):
    PASS = "pass"  # noqa: S105 - a word of the answers
    REVIEW = "review"  # take it in, hidden until staff have decided
    REFUSE = "refuse"  # do not take it in


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says, and why.

    The reason of REVIEW is for staff and goes into the history; that of REFUSE is for the uploader, who hears
    a general sentence where it is empty. `withheld` is how a file under REVIEW stands in the queue.
    """

    answer: Answer
    reason: str = ""
    withheld: UploadedFile.Withheld = UploadedFile.Withheld.CHECK


PASS = Verdict(Answer.PASS)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture that is clean and not stored yet.

    `path` is its file, as it would be stored, readable during the call; it is a stranger's, so it is decoded
    in the sandbox alone. `size` is in bytes, sides in px of the upright picture, `sha256` in hexadecimal,
    `phash` an unsigned 64-bit hash.
    """

    path: Path
    content_type: str
    size: int
    sha256: str
    phash: int
    width: int
    height: int
    frames: int
    owner_id: int | UUID
    category: str


class Check(Protocol):
    """`again`: it asks the database alone, and is asked once more in the transaction that makes a file ready.

    What it asks of others has its own time limit: nobody stops a check that hangs.
    """

    again: bool

    def __call__(self, candidate: Candidate) -> Verdict: ...
