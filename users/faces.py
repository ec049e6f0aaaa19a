"""People as pages show them beside what is theirs: name, avatar, and whether they have a page to go to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from uploads_app.models import UploadedFile
from uploads_app.rendition_sets import attach_renditions
from uploads_app.visibility import Viewer, sees_all_of, visible_to
from users.models import Profile, User


@dataclass(frozen=True, slots=True)
class Face:
    """One person. `avatar` is a file that the viewer may see; `shown` says that their profile is open."""

    username: str
    name: str
    headline: str
    avatar: UploadedFile | None
    shown: bool


def faces(people: Iterable[User], viewer: Viewer) -> dict[Any, Face]:
    """The faces of people fetched with `select_related("profile")`, by their id; one query.

    Of a hidden profile a stranger learns the username and nothing else. Avatars are without their sizes:
    the caller has those fetched, in one go with its other pictures.
    """
    known = {person.pk: person for person in people}
    wanted = [person.profile.image_id for person in known.values() if person.profile.image_id]
    seen = {file.pk: file for file in visible_to(viewer).filter(pk__in=wanted)} if wanted else {}
    return {pk: _face(person, viewer, seen) for pk, person in known.items()}


def faces_in_sizes(people: Iterable[User], viewer: Viewer) -> dict[Any, Face]:
    """The same, with the sizes of their avatars; two queries. For a list whose only pictures these are."""
    found = faces(people, viewer)
    attach_renditions(avatars(found.values()))
    return found


def avatars(found: Iterable[Face]) -> list[UploadedFile]:
    """The files of those faces that have one."""
    return [face.avatar for face in found if face.avatar]


def _face(person: User, viewer: Viewer, seen: dict[Any, UploadedFile]) -> Face:
    profile: Profile = person.profile
    shown = (profile.is_public and person.is_active) or sees_all_of(viewer, person.pk)
    if not shown:
        return Face(person.username, person.username, "", None, shown=False)
    avatar = seen.get(profile.image_id) if profile.image_id else None
    return Face(person.username, str(profile), profile.headline, avatar, shown=True)
