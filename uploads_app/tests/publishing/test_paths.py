"""Whatever makes a picture private, the next round withdraws its copy by a note alone: no way forgets to leave one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from gigs.models import Gig, GigImage
from gigs.services.delete import delete
from gigs.services.set_images import set_images
from gigs.services.unpublish import unpublish
from uploads_app.images.recipes import Edits
from uploads_app.models import PublicCopy, Reason, Rendition, UploadedFile
from uploads_app.services import delete as deleting
from uploads_app.services.edit import edit
from uploads_app.services.moderation import withhold
from uploads_app.services.moderation.decide import Seen, reject
from uploads_app.services.moderation.hold import place
from uploads_app.services.moderation.takedown import take_down
from uploads_app.services.publishing.sweep import sweep
from uploads_app.services.rendering.mend import forget_lost
from uploads_app.services.rendering.retire import retire_stale
from uploads_app.tests.factories import FileFactory
from uploads_app.tests.publishing.copies import states
from users.models import Profile, User
from users.services.deletion import delete_account
from users.services.profile import update_profile
from users.services.profile_image import set_profile_image
from users.tests.factories import UserFactory


class Scene:
    """A public picture, and who may end that."""

    def __init__(self, file: UploadedFile, client: APIClient) -> None:
        assert isinstance(file.owner, User)
        self.file, self.owner, self.client = file, file.owner, client
        self.staff = UserFactory.create(is_staff=True, is_superuser=True)
        client.force_login(self.staff)

    @property
    def gig(self) -> Gig:
        return Gig.objects.get(images__file=self.file)

    @property
    def seen(self) -> Seen:
        return Seen.of(UploadedFile.objects.get(pk=self.file.pk))

    def change(self, model: str, without: str) -> None:
        """Sends the form of a person or profile in the admin as it came, but for one box."""
        page = reverse(f"admin:users_{model}_change", args=[self.owner.pk])
        shown = self.client.get(page).context
        forms = [shown["adminform"].form]
        for inline in shown["inline_admin_formsets"]:
            forms += [inline.formset.management_form, *inline.formset.forms]
        said = {form.add_prefix(name): form[name].value() for form in forms for name in form.fields}
        assert said[without]
        sent = {name: value for name, value in said.items() if isinstance(value, str | int)}
        wanted = {name: value for name, value in sent.items() if value is not False}
        del wanted[without]
        answer = self.client.post(page, wanted)
        assert answer.status_code == 302, answer.context["errors"]

    def act(self, page: str, action: str, pk: object) -> None:
        answer = self.client.post(
            reverse(f"admin:{page}_changelist"), {"action": action, "_selected_action": [pk], "post": "yes"}
        )
        assert answer.status_code == 302


def _close_by_model(scene: Scene) -> None:
    scene.owner.is_active = False
    scene.owner.save()


def _set_back_by_model(scene: Scene) -> None:
    gig = scene.gig
    gig.published_at = None
    gig.save(update_fields=["published_at"])


def _give_to_somebody_closed(scene: Scene) -> None:
    gig = scene.gig
    gig.owner = UserFactory.create(is_active=False)
    gig.save(update_fields=["owner_id"])


def _swap_by_model(scene: Scene) -> None:
    image = GigImage.objects.get(file=scene.file)
    image.file = FileFactory.create(owner=scene.owner)
    image.save()


def _withhold(scene: Scene) -> None:
    withhold.withhold(scene.file, UploadedFile.Withheld.REPORTS)


def _retire_stale(scene: Scene) -> None:
    Rendition.objects.update(digest="f" * 16)
    assert retire_stale(scene.file)


BY_GIG: dict[str, Callable[[Scene], object]] = {
    "taken back": lambda scene: unpublish(gig=scene.gig),
    "taken back in the admin": lambda scene: scene.act("gigs_gig", "unpublish_gigs", scene.gig.pk),
    "taken back by the model": _set_back_by_model,
    "taken out": lambda scene: set_images(gig=scene.gig, file_ids=[]),
    "taken out by the model": lambda scene: GigImage.objects.get(file=scene.file).delete(),
    "taken out by a query": lambda scene: GigImage.objects.filter(file=scene.file).delete(),
    "another in its place": _swap_by_model,
    "its gig deleted": lambda scene: delete(gig=scene.gig),
    "its gig deleted in the admin": lambda scene: scene.act("gigs_gig", "delete_selected", scene.gig.pk),
    "its gig deleted by a query": lambda _: Gig.objects.all().delete(),
    "its gig somebody else's": _give_to_somebody_closed,
    "its account closed": lambda scene: scene.change("user", "is_active"),
    "its account closed by the model": _close_by_model,
    "rejected": lambda scene: reject(
        file_id=scene.file.pk, by=scene.staff, seen=scene.seen, reason=Reason.SPAM
    ),
    "taken down": lambda scene: take_down(
        file_id=scene.file.pk, by=scene.staff, seen=scene.seen, reason=Reason.SPAM
    ),
    "held": lambda scene: place(file_id=scene.file.pk, by=scene.staff, note="a court asks"),
    "withheld": _withhold,
    "edited": lambda scene: edit(scene.file, Edits(flip=True)),
    "a size of before": _retire_stale,
    "its size lost": lambda scene: forget_lost(scene.file.pk, [row.pk for row in Rendition.objects.all()]),
}
BY_PROFILE: dict[str, Callable[[Scene], object]] = {
    "hidden": lambda scene: update_profile(scene.owner, {"is_public": False}),
    "hidden with its person in the admin": lambda scene: scene.change("user", "profile-0-is_public"),
    "hidden in the admin": lambda scene: scene.change("profile", "is_public"),
    "taken out": lambda scene: set_profile_image(scene.owner, None),
    "another in its place": lambda scene: set_profile_image(
        scene.owner, FileFactory.create(owner=scene.owner).pk
    ),
    "account closed": lambda scene: scene.change("user", "is_active"),
}
# An account cannot be deleted by a query while it has ready files (file_ready_has_owner).
# Their bytes go at once, unless the process ends between the commit and that.
BY_DELETION: dict[str, Callable[[Scene], object]] = {
    "the file": lambda scene: deleting.delete_file(scene.file),
    "the file in the admin": lambda scene: scene.act(
        "uploads_app_uploadedfile", "delete_selected", scene.file.pk
    ),
    "the account": lambda scene: delete_account(scene.owner),
    "the account in the admin": lambda scene: scene.act("users_user", "delete_selected", scene.owner.pk),
}


@pytest.mark.parametrize("end", BY_GIG)
def test_a_picture_of_a_gig(copy: PublicCopy, client: APIClient, notes_alone: None, end: str) -> None:
    BY_GIG[end](Scene(copy.file, client))
    sweep()
    assert states() == ["gone"]


@pytest.mark.parametrize("end", BY_PROFILE)
def test_a_picture_of_a_profile(
    copy: PublicCopy, gig: Gig, client: APIClient, notes_alone: None, end: str
) -> None:
    scene = Scene(copy.file, client)
    set_profile_image(scene.owner, copy.file.pk)
    gig.delete()
    sweep()
    assert states() == ["offered"]
    BY_PROFILE[end](scene)
    sweep()
    assert states() == ["gone"]


@pytest.mark.parametrize("end", BY_DELETION)
def test_a_deletion_that_was_killed_after_its_commit(
    copy: PublicCopy, client: APIClient, notes_alone: None, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    def nothing(*_: Any) -> None:
        """Nobody is left to do it."""

    monkeypatch.setattr(deleting, "purge_quietly", nothing)
    monkeypatch.setattr("users.services.deletion.purge_quietly", nothing)
    BY_DELETION[end](Scene(copy.file, client))
    sweep()
    assert states() == ["gone"]


def test_what_is_shown_elsewhere_too_stays(
    copy: PublicCopy, gig: Gig, client: APIClient, notes_alone: None
) -> None:
    scene = Scene(copy.file, client)
    set_profile_image(scene.owner, copy.file.pk)
    unpublish(gig=gig)
    sweep()
    assert states() == ["offered"]
    Profile.objects.get(pk=scene.owner.pk).save()
    gig.published_at = timezone.now()
    gig.save()
    sweep()
    assert states() == ["offered"]
