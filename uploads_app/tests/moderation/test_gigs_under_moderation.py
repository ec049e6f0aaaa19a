"""Gigs whose pictures staff hide and show again."""

from typing import Any

import pytest

from gigs.models import GigImage
from gigs.services.publish import publish
from gigs.services.set_images import set_images
from gigs.tests.factories import GigFactory
from uploads_app.errors import Conflict
from uploads_app.images.recipes import Crop
from uploads_app.models import UploadedFile
from uploads_app.services.moderation.decide import Seen, approve, reject
from uploads_app.tests.factories import FileFactory
from uploads_app.tests.moderation.scenes import Scene
from uploads_app.tests.moderation.staff import browser
from users.models import User

MODES = ("after", "before")


def test_a_gig_whose_pictures_are_all_hidden_stays_and_comes_back_by_itself(
    scene: Scene, moderator: User
) -> None:
    GigImage.objects.filter(file=scene.edited).delete()
    visitor = browser()
    reject(file_id=scene.used.pk, by=moderator, seen=_seen(scene.used), reason="spam")

    page = visitor.get(scene.gig.get_absolute_url()).content.decode()
    market = visitor.get("/").content.decode()
    assert "No picture to show right now" in page
    assert "No picture to show right now" in market
    assert "og:image" not in page
    assert "twitter:card" not in page
    assert 'property="og:title"' in page
    assert visitor.get(f"/api/upload/gig-images/{scene.gig.pk}").json()["images"] == []
    scene.gig.refresh_from_db()
    assert scene.gig.is_published

    approve(file_id=scene.used.pk, by=moderator, seen=_seen(scene.used))
    page = visitor.get(scene.gig.get_absolute_url()).content.decode()
    assert f"/api/upload/{scene.used.pk}" in page
    assert "og:image" in page
    assert "No picture to show" not in page


def test_in_before_mode_a_gig_is_published_with_an_approved_picture_only(
    owner: User, moderator: User, settings: Any
) -> None:
    settings.VITRINE_MODERATION = "before"
    gig = GigFactory.create(owner=owner, published=False)
    file = gig.images.get().file
    UploadedFile.objects.filter(pk=file.pk).update(moderation="unreviewed")
    with pytest.raises(Conflict, match="a picture that may be shown"):
        publish(gig=gig)
    approve(file_id=file.pk, by=moderator, seen=_seen(file))
    assert publish(gig=gig).is_published


def test_a_gig_that_holds_a_rejected_picture_is_rearranged_and_takes_no_new_one(
    scene: Scene, owner: User, moderator: User
) -> None:
    reject(file_id=scene.used.pk, by=moderator, seen=_seen(scene.used), reason="spam")
    set_images(gig=scene.gig, file_ids=[scene.edited.pk, scene.used.pk])
    assert list(scene.gig.images.order_by("position").values_list("file", flat=True)) == [
        scene.edited.pk,
        scene.used.pk,
    ]
    other = FileFactory.create(owner=owner, moderation="rejected")
    with pytest.raises(Conflict):
        set_images(gig=scene.gig, file_ids=[scene.used.pk, other.pk])


@pytest.mark.parametrize("mode", MODES)
def test_a_crop_of_a_gigs_own_puts_an_approved_file_back(
    scene: Scene, moderator: User, settings: Any, mode: str
) -> None:
    settings.VITRINE_MODERATION = mode
    approve(file_id=scene.used.pk, by=moderator, seen=_seen(scene.used))
    pictures = [scene.used.pk, scene.edited.pk]
    set_images(gig=scene.gig, file_ids=pictures, crops={scene.used.pk: Crop(0, 0, 0.5, 0.5)})
    scene.used.refresh_from_db()
    assert scene.used.moderation == "unreviewed"
    assert (browser().get(scene.addresses["used"]).status_code == 200) == (mode == "after")


def test_an_order_without_another_crop_leaves_the_approval(scene: Scene, moderator: User) -> None:
    approve(file_id=scene.used.pk, by=moderator, seen=_seen(scene.used))
    set_images(gig=scene.gig, file_ids=[scene.edited.pk, scene.used.pk])
    scene.used.refresh_from_db()
    assert scene.used.moderation == "approved"


def _seen(file: UploadedFile) -> Seen:
    return Seen.of(UploadedFile.objects.get(pk=file.pk))
