"""Where everybody wrote the same: the rows that pages show of it, and who looks at them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.test import Client

from gigs.models import Gig, GigTag
from gigs.tests.factories import GigFactory, GigImageFactory
from uploads_app.models import Appeal, BannedPicture, ModerationEvent, Report, UploadedFile
from uploads_app.tests.factories import FileFactory, ready_rendition, store_bytes
from users.models import Profile, User
from users.tests.factories import BuddyFactory, UserFactory


@dataclass
class Stage:
    """Two gigs of the owner, one a draft, and people around them."""

    owner: User
    buddy: User
    staff: User
    gig: Gig
    draft: Gig
    file: UploadedFile
    avatar: UploadedFile
    report: Report

    def path(self, template: str) -> str:
        return template.format(
            gig=self.gig.pk, slug=self.gig.slug, draft=self.draft.pk, file=self.file.pk,
            avatar=self.avatar.pk, owner=self.owner.username, owner_id=self.owner.pk, report=self.report.pk,
        )  # fmt: skip


def stage(text: str, tags: Sequence[str]) -> Stage:
    """Everybody wrote `text`, past all checks: in rows that were there before them, say."""
    owner, buddy, staff = (UserFactory.create(username=name) for name in ("owner", "buddy", "staff"))
    User.objects.filter(pk=staff.pk).update(is_staff=True, is_superuser=True)
    staff.refresh_from_db()  # else their login would begin no stay in the admin
    gig, draft = GigFactory.create(owner=owner), GigFactory.create(owner=owner, published=False)
    GigImageFactory.create(gig=gig)
    GigFactory.create(owner=buddy)
    avatar = FileFactory.create(owner=owner, category="profile")
    BuddyFactory.create(person=buddy, buddy=owner)
    BuddyFactory.create(person=owner, buddy=buddy)
    file = gig.images.first().file  # type: ignore[union-attr]
    report = Report.objects.create(file=file, reporter=staff, reason="other")
    Appeal.objects.create(file=file, text=text[:1000])
    ModerationEvent.objects.create(
        file=file, actor_name=text[:150], action="note", from_state="approved", to_state="approved",
        note=text[:1000], serial=1, recipe={"edits": {"words": text}}, evidence={"words": text},
    )  # fmt: skip
    BannedPicture.objects.create(
        file=file, sha256=file.sha256, reason="other", note=text[:1000], banned_by_name=text[:150]
    )
    store_bytes(file)
    for each in UploadedFile.objects.all():
        ready_rendition(each)
    GigTag.objects.bulk_create(GigTag(gig=each, name=tag) for each in Gig.objects.all() for tag in tags)
    Gig.objects.update(title=text, description=text)
    Profile.objects.update(display_name=text, headline=text, bio=text, location=text)
    Profile.objects.filter(user=owner).update(image=avatar)
    UploadedFile.objects.update(original_filename=text, alt_text=text, caption=text)
    Report.objects.update(detail=text)
    for row in (staff, gig, draft, file, avatar, report):
        row.refresh_from_db()
    return Stage(owner, buddy, staff, gig, draft, file, avatar, report)


def clients(found: Stage) -> dict[str | None, Client]:
    made: dict[str | None, Client] = {None: Client(raise_request_exception=False)}
    for name in ("owner", "buddy", "staff"):
        made[name] = Client(raise_request_exception=False)
        made[name].force_login(getattr(found, name))
    return made
