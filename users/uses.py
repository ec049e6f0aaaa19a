"""What profiles use files for: the one picture of a person."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet
from django.urls import reverse

from uploads_app.images.recipes import Crop
from uploads_app.services.publishing.changes import look_again
from uploads_app.statements import Statement, given_many
from uploads_app.visibility import UsedBy, each_has
from users.models import Profile

_PROFILES_OF = Statement(
    lambda: (
        Profile.objects.filter(image__in=given_many("files"))
        .select_related("user")
        .only("image", "display_name", "user__username")
    )
)


class ProfileUse:
    """A profile's picture; public while the profile is visible."""

    def public(self) -> Q:
        shown = Profile.objects.filter(image=OuterRef("pk"), is_public=True, user__is_active=True)
        return Q(each_has(shown))

    def used_by(self, file_ids: Sequence[UUID]) -> dict[UUID, list[UsedBy]]:
        places: dict[UUID, list[UsedBy]] = {}
        for profile in _PROFILES_OF(files=file_ids):
            if profile.image_id is not None:
                username = profile.user.get_username()
                shown_at = reverse("profile", args=[username])
                use = UsedBy(
                    "profile",
                    username,
                    str(profile),
                    shown_at,
                    shown_at=shown_at,
                    staff_url=reverse("admin:users_profile_change", args=[profile.pk]),
                    staff_needs="users.view_profile",
                )
                places.setdefault(profile.image_id, []).append(use)
        return places

    def crops(self, file_ids: Sequence[UUID]) -> dict[UUID, list[Crop]]:
        return {}  # a profile shows its picture as the file's own edits have it

    def detach(self, file_ids: Sequence[UUID]) -> None:
        Profile.objects.filter(image__in=file_ids).update(image=None)
        look_again(file_ids)


def files_of_profile(pk: int) -> QuerySet[Profile, UUID | None]:
    """What a profile uses; a person has the same primary key."""
    return Profile.objects.filter(pk=pk).values_list("image", flat=True)
