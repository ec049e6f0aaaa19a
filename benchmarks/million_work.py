"""What benchmarks/million.py measures: requests, what comes round, and commands that look at every file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.test import Client
from django_tasks_db.models import DBTaskResult

from benchmarks.asking import asking
from gigs.models import Gig
from uploads_app.models import PublicCopy, Rendition, UploadedFile
from uploads_app.services import naming
from uploads_app.services.fsck.check import Check
from uploads_app.services.moderation.statistics import counted_now
from uploads_app.services.rendering import plan
from uploads_app.services.share import share
from uploads_app.services.storage_check import in_use
from uploads_app.worker import periodic, queue
from users.models import User
from users.services.login import log_in


@dataclass(frozen=True)
class Work:
    """Something to be timed; `rounds` at most."""

    name: str
    kind: str  # "request", "round", "per file"
    run: Callable[[], object]
    rounds: int = 1000


def everything(owner: User) -> Iterator[Work]:
    yield from _requests(owner)
    yield from _pages(owner)
    yield from _rounds()
    yield from _commands()


def _requests(owner: User) -> Iterator[Work]:
    application, token = get_wsgi_application(), log_in(owner).access
    paths = {
        "one's files": ("/api/upload/my-files", "limit=20"),
        "gigs, newest": ("/api/gigs", "limit=20"),
        "gigs of a tag": ("/api/gigs", "limit=20&tag=tag17"),
        "one's buddies": ("/api/buddies", "limit=20"),
        "usage": ("/api/upload/usage", ""),
    }
    own = UploadedFile.objects.filter(owner=owner, lifecycle="ready")
    file = own[7]
    paths["metadata of a file"] = (f"/api/upload/{file.pk}/metadata", "")
    paths["bytes, one's own original"] = (file.get_absolute_url(), "")
    row = Rendition.objects.filter(file=file, preset="card")[0]
    paths["bytes, one's own size"] = (f"{file.get_absolute_url()}/card.webp", f"v={row.digest}")
    stranger = asking(application, *_public(), "")
    for name, (path, query) in paths.items():
        yield Work(name, "request", asking(application, path, query, token))
    shared = asking(
        application,
        f"{file.get_absolute_url()}/card.webp",
        f"v={row.digest}&share={share(file.pk, 3600).token}",
        "",
    )
    yield Work("bytes, by a shared link", "request", shared)
    yield Work("bytes, public size", "request", stranger)


def _public() -> tuple[str, str]:
    """Of a picture of a published gig, without a public copy, which would only be pointed to."""
    image = Gig.objects.filter(published_at__isnull=False).order_by("-published_at")[3].images.all()[0]
    row = Rendition.objects.get(file=image.file_id, preset="card", format="webp")
    PublicCopy.objects.filter(rendition=row).delete()
    return f"/api/upload/{row.file_id}/card.webp", f"v={row.digest}"


def _pages(owner: User) -> Iterator[Work]:
    def got(client: Client, path: str) -> Callable[[], object]:
        def get() -> None:
            answer = client.get(path, secure=True)
            assert answer.status_code == 200, (path, answer.status_code)

        return get

    visitor, staff = Client(), Client()
    moderator = User.objects.filter(username="moderator").first() or User.objects.create_superuser(
        "moderator"
    )
    staff.force_login(moderator)
    gig = Gig.objects.filter(published_at__isnull=False).order_by("-published_at")[5]
    yield Work("page: marketplace", "request", got(visitor, "/"))
    yield Work("page: marketplace, a search", "request", got(visitor, "/?q=portraits"))
    yield Work("page: a gig", "request", got(visitor, gig.get_absolute_url()))
    yield Work("page: a profile", "request", got(visitor, f"/people/{owner.username}/"))
    yield Work("page: moderation queue", "request", got(staff, "/admin/uploads_app/uploadedfile/queue/"))
    yield Work(
        "page: one file in the admin",
        "request",
        got(staff, f"/admin/uploads_app/uploadedfile/{gig.images.all()[0].file_id}/change/"),
    )
    yield Work("numbers of the dashboard", "request", counted_now, 20)


def _rounds() -> Iterator[Work]:
    """As a worker has them come round, each once all is in order; and the depths of its queues."""
    for name in periodic.names():
        yield Work(f"round: {name}", "round", periodic._all[name].work, 6)
    yield Work("a worker's look for tasks", "round", lambda: queue.claim("benchmark"))
    yield Work("tasks of the dead", "round", queue.requeue_of_the_dead)
    yield Work("depth of the list of work", "round", plan.waiting)
    yield Work("depth of the queue", "round", DBTaskResult.objects.filter(status="READY").count)
    yield Work("storages in use", "round", in_use)


def _commands() -> Iterator[Work]:
    yield Work("renditions plan", "per file", plan.plan, 1)
    yield Work("media_fsck, keys and rows", "per file", lambda: all(_drained(Check(grace=0.0))), 1)
    yield Work(
        "rows that name originals, in order",
        "per file",
        lambda: sum(1 for _ in naming.in_order("local", "uploads")),
        1,
    )


def _drained(check: Any) -> Iterator[bool]:
    for number, finding in zip(count(), check, strict=False):
        assert number < 10, finding
        yield True
