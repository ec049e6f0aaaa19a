"""The queue of staff, as its tests take hold of it."""

from playwright.sync_api import Page

from config.tests.browser.site import Person, Site
from uploads_app.tests.image_factories import jpeg_bytes

QUEUE = "/admin/uploads_app/uploadedfile/queue/"
HIRE = """
from django.contrib.auth.models import Group, Permission
from users.models import User
User.objects.filter(username={name!r}).update(is_staff=True)
person = User.objects.get(username={name!r})
if {group!r}:
    person.groups.add(Group.objects.get(name={group!r}))
else:
    person.user_permissions.add(Permission.objects.get(codename="view_uploadedfile"))
"""
# Rows of pictures that look like one that is there: no renders of their own, which would take minutes.
COPY = """
import uuid
from uploads_app.models import Rendition, UploadedFile
model = UploadedFile.objects.get(pk={file!r})
for number in range({many}):
    file = UploadedFile.objects.get(pk=model.pk)
    file.pk, file.file = uuid.uuid4(), f"uploads/general/{{uuid.uuid4()}}.jpg"
    file.original_filename, file.rendering = f"copy {{number}}.jpg", "done"
    file.moderation, file.queue_rank = "unreviewed", 1
    file.save(force_insert=True)
"""
DECIDED = """
from uploads_app.models import UploadedFile
files = UploadedFile.objects.filter(owner__username={name!r})
print(*sorted(files.values_list("moderation", flat=True)))
"""
DECIDE = """
from users.models import User
from uploads_app.models import UploadedFile
from uploads_app.services.moderation.decide import Seen, approve
by = User.objects.get(username={name!r})
for file in UploadedFile.objects.filter(owner__username={owner!r}):
    approve(file_id=file.pk, by=by, seen=Seen.of(file))
"""


def hire(site: Site, group: str) -> Person:
    person = site.join("staff")
    site.server.manage("shell", "-c", HIRE.format(name=person.name, group=group))
    return person


def queue_of(owner: Person) -> str:
    """The queue with this person's pictures alone: the site has those of other tests as well."""
    return f"{QUEUE}?owner={owner.name}"


def copies(site: Site, owner: Person, many: int) -> None:
    """Gives somebody that many pictures in the queue, and no other."""
    file = owner.upload(jpeg_bytes((320, 240), noisy=True))
    site.server.manage("shell", "-c", COPY.format(file=file, many=many - 1))


def settled(page: Page) -> None:
    """Waits until every decision has been answered."""
    page.wait_for_load_state("networkidle")
