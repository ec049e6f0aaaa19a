"""What a lead took down, nobody below shows again."""

import pytest
from django.urls import reverse

from uploads_app.errors import PermissionDenied
from uploads_app.models import UploadedFile
from uploads_app.services.moderation.appeal import appeal
from uploads_app.services.moderation.decide import Seen, approve, reject
from uploads_app.services.moderation.takedown import take_down
from uploads_app.tests.factories import FileFactory
from uploads_app.tests.moderation.staff import browser
from users.models import User


@pytest.fixture
def file(owner: User) -> UploadedFile:
    return FileFactory.create(owner=owner)


def seen(file: UploadedFile) -> Seen:
    return Seen.of(UploadedFile.objects.get(pk=file.pk))


def test_what_was_taken_down_is_shown_again_by_a_lead_alone(
    file: UploadedFile, owner: User, lead: User, moderator: User
) -> None:
    take_down(file_id=file.pk, by=lead, seen=seen(file), reason="stolen")
    appeal(owner=owner, file_id=file.pk, text="It is mine.")
    with pytest.raises(PermissionDenied, match="a lead"):
        approve(file_id=file.pk, by=moderator, seen=seen(file))
    reject(file_id=file.pk, by=moderator, seen=seen(file), reason="stolen")
    with pytest.raises(PermissionDenied, match="a lead"):
        approve(file_id=file.pk, by=moderator, seen=seen(file))
    approve(file_id=file.pk, by=lead, seen=seen(file))
    assert UploadedFile.objects.get(pk=file.pk).moderation == "approved"


def test_its_page_offers_the_approval_to_leads_alone(file: UploadedFile, lead: User, moderator: User) -> None:
    page = reverse("admin:uploads_app_uploadedfile_change", args=[file.pk])
    form = reverse("admin:uploads_app_uploadedfile_decide", args=[file.pk, "approve"])
    assert form in browser(moderator).get(page).content.decode()
    take_down(file_id=file.pk, by=lead, seen=seen(file), reason="stolen")
    assert form not in browser(moderator).get(page).content.decode()
    assert form in browser(lead).get(page).content.decode()
