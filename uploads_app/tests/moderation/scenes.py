"""A file wherever files are seen, for tests of who sees it."""

from typing import NamedTuple

from gigs.models import Gig, GigImage
from gigs.tests.factories import GigFactory
from uploads_app.models import UploadedFile
from uploads_app.tests.factories import FileFactory, ready_rendition, store_bytes
from users.models import User
from users.services.buddies import add_buddy


class Scene(NamedTuple):
    """A file in a published gig, as an avatar, and one that nobody but a link leads to."""

    gig: Gig
    used: UploadedFile
    edited: UploadedFile
    lone: UploadedFile
    addresses: dict[str, str]


def set_up(owner: User, stranger: User) -> Scene:
    """Stored, in some sizes each, with their addresses by name; the stranger has the owner as a buddy."""
    gig = GigFactory.create(owner=owner, pictures=0)
    used, lone = FileFactory.create(owner=owner), FileFactory.create(owner=owner)
    edited = FileFactory.create(owner=owner, edits={"flip": True, "rotate": 0})
    for place, file in enumerate((used, edited)):
        GigImage.objects.create(gig=gig, file=file, position=place)
    owner.profile.image = used
    owner.profile.save(update_fields=["image"])
    add_buddy(person=stranger, username=owner.username)
    addresses = {}
    for name, file in {"used": used, "edited": edited, "lone": lone}.items():
        store_bytes(file)
        addresses[name] = f"/api/upload/{file.pk}"
        rows = [ready_rendition(file, "card", format_) for format_ in ("webp", "avif")]
        rows.append(ready_rendition(file, "w1920"))
        for row in rows:
            plain = f"{addresses[name]}/{row.preset}.{row.format}"
            addresses[f"{name} {row.preset} {row.format}"] = plain
            addresses[f"{name} {row.preset} {row.format} v"] = f"{plain}?v={row.digest}"
    return Scene(gig, used, edited, lone, addresses)
