"""Pictures that look like another one, as pages of staff show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.safestring import SafeString

from uploads_app.models import UploadedFile
from uploads_app.previews import preview, with_previews
from uploads_app.services.moderation.copies import Copy
from uploads_app.services.moderation.decide import Seen

_SIDE = 160  # px


@dataclass(frozen=True, slots=True)
class Shown:
    """A copy with its preview; `choice` is what the checkbox of a form says for it."""

    file: UploadedFile
    exact: bool
    distance: int
    picture: SafeString | str
    choice: str


def shown(copies: Sequence[Copy]) -> list[Shown]:
    """These copies as they are shown; their renditions come in one query."""
    prefetch_related_objects([copy.file for copy in copies], with_previews())
    return [
        Shown(
            file=copy.file,
            exact=copy.exact,
            distance=copy.distance,
            picture=preview(copy.file, _SIDE),
            choice=f"{copy.file.pk} {Seen.of(copy.file)}",
        )
        for copy in copies
    ]
