"""What staff find in the demo: a picture that enough people reported, a rejection, and an appeal."""

from collections.abc import Sequence

from django.conf import settings

from gigs.models import Gig
from uploads_app.models import Reason, UploadedFile
from uploads_app.services.moderation.appeal import appeal
from uploads_app.services.moderation.decide import Seen, reject
from uploads_app.services.report import report
from users.models import User

_DOUBT = "This looks drawn rather than photographed. Does the gig say so?"
_COPIED = "I have seen this picture in a shop that is not theirs."
_NOTE = "The same picture is in the catalogue of a shop. Please show your own work."
_APPEAL = "The shop has it from me: it is my work, and I can send the original from my camera."


def dispute(gigs: Sequence[Gig], people: Sequence[User], staff: User) -> None:
    """Reports and decisions on pictures of published gigs, each of which keeps one that is shown.

    Where there are few gigs or people, less of it. For the transaction that makes `staff`.
    """
    _report(gigs[0].images.all()[0].file, people, Reason.OTHER, _DOUBT, many=1)
    spare = [gig.images.all()[1] for gig in gigs[1:] if gig.images.count() > 1][::-1]
    if spare:
        _report(spare.pop().file, people, Reason.STOLEN, _COPIED, many=settings.VITRINE_REPORTS_TO_HIDE)
    if spare:
        _reject(spare.pop().file, staff, Reason.SPAM)
    if spare:
        image = spare.pop()
        _reject(image.file, staff, Reason.STOLEN, _NOTE)
        appeal(owner=image.gig.owner, file_id=image.file_id, text=_APPEAL)


def _report(file: UploadedFile, people: Sequence[User], reason: Reason, detail: str, *, many: int) -> None:
    for person in [one for one in people if one.pk != file.owner_id][:many]:
        report(person=person, file_id=file.pk, reason=reason, detail=detail)


def _reject(file: UploadedFile, staff: User, reason: Reason, note: str = "") -> None:
    reject(file_id=file.pk, by=staff, seen=Seen.of(file), reason=reason, note=note)
