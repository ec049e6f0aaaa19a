"""The checks against banned pictures: the same bytes are refused, the same looks are looked at."""

from uploads_app.images.phash import is_flat
from uploads_app.models import BannedPicture, UploadedFile
from uploads_app.screening import PASS, Answer, Candidate, Verdict
from uploads_app.services.moderation.similar import near_bans


class BannedBytes:
    """Refuses the very bytes of a banned picture."""

    again = True

    def __call__(self, candidate: Candidate) -> Verdict:
        banned = BannedPicture.objects.filter(sha256=candidate.sha256, lifted_at__isnull=True)
        return Verdict(Answer.REFUSE) if banned.exists() else PASS


class BannedLooks:
    """Withholds what looks like a banned picture. A flat picture looks like too many to be judged so."""

    again = True

    def __call__(self, candidate: Candidate) -> Verdict:
        if is_flat(candidate.phash):
            return PASS
        near = near_bans(candidate.phash)
        if not near:
            return PASS
        ban, bits = near[0]
        reason = f"It differs from banned picture {ban} in {bits} of 64 bits."
        return Verdict(Answer.REVIEW, reason, UploadedFile.Withheld.NEAR_COPY)
