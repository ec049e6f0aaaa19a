"""Files as the queue shows them: with the evidence, and what this person may do about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser

from uploads_app.images.placeholder import placeholder_url
from uploads_app.models import UploadedFile
from uploads_app.rendition_sets import ready_renditions
from uploads_app.services.moderation.decide import Seen
from uploads_app.services.moderation.evidence import Evidence, evidence_of
from uploads_app.services.moderation.powers import Power, has

_Withheld = UploadedFile.Withheld
_WHY = {
    _Withheld.REPORTS: "Hidden: enough people reported it",
    _Withheld.NEAR_COPY: "Hidden: it looks like a banned picture",
    _Withheld.CHECK: "Hidden: a check wants a person to look",
    _Withheld.APPEAL: "Hidden: its owner appeals",
}
_STANDS = {"unreviewed": "Not reviewed yet", "approved": "Approved", "rejected": "Rejected"}


@dataclass(frozen=True, slots=True)
class Row:
    """One file of the queue. `rendered` says whether there is any rendition to look at: staff never get
    the stored upload for a preview."""

    file: UploadedFile
    evidence: Evidence
    seen: str
    rendered: bool
    may_decide: bool
    own: bool
    viewer_id: object

    @property
    def why(self) -> str:
        """Its place in moderation, in words."""
        if self.file.withheld:
            return _WHY[_Withheld(self.file.withheld)]
        return _STANDS[self.file.moderation]

    @property
    def placeholder(self) -> str:
        """What there is to see before any rendition: colours, as a data URL."""
        return placeholder_url(self.file.shown_placeholder)

    @property
    def decided_by_me(self) -> bool:
        """Whether the last step was this person's decision, which can be taken back."""
        last = next(iter(self.evidence.events), None)
        return last is not None and last.actor_id == self.viewer_id and last.action in ("approve", "reject")


def rows_of(files: Sequence[UploadedFile], person: AbstractUser) -> list[Row]:
    """A row for each of these files, which have their renditions attached."""
    evidence, decides = evidence_of(files), has(person, Power.DECIDE)
    return [
        Row(
            file=file,
            evidence=evidence[file.pk],
            seen=str(Seen.of(file)),
            rendered=bool(ready_renditions(file)),
            may_decide=decides and file.owner_id != person.pk,
            own=file.owner_id == person.pk,
            viewer_id=person.pk,
        )
        for file in files
    ]
