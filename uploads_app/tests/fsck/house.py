"""A house with every kind of row in it and nothing wrong, and ways to harm it, one for each class."""

from __future__ import annotations

import hashlib
import json
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from gigs.models import GigImage
from gigs.tests.factories import GigFactory
from uploads_app.models import Rendition, StorageUsage, UploadedFile
from uploads_app.services.delete import delete_file
from uploads_app.services.recount import drifted, recount
from uploads_app.services.rendering.wanted import wanted
from uploads_app.storage.keys import new_key, new_rendition_key, part_key
from uploads_app.storage.places import new_originals, new_renditions
from uploads_app.tests.factories import FileFactory, ready_rendition, store_bytes
from uploads_app.tests.stored import Stored, stored
from users.models import Profile, User

LONG = timedelta(days=3)


@dataclass
class House:
    """`whole` has all its renditions, `other` waits for them, `gone` was deleted."""

    owner: User
    whole: UploadedFile
    other: UploadedFile
    gone: UploadedFile


def kept(owner: User) -> UploadedFile:
    """A ready file with bytes that its row tells the truth of; it is counted where files are."""
    data = os.urandom(300)
    facts = {"file_size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    file = FileFactory.create(owner=owner, **facts)
    store_bytes(file, data)
    count()
    return file


def count() -> None:
    """Makes the counters true."""
    for person in drifted():
        recount(person)


def build(owner: User) -> House:
    """Files of all states, renditions of all states, in use and out of it; nothing is wrong with any."""
    whole, other, gone, held = (kept(owner) for _ in range(4))
    for recipe in wanted(whole).values():
        ready_rendition(whole, recipe.preset.name, recipe.format.value)
    UploadedFile.objects.filter(pk=whole.pk).update(rendering="done")
    for state in ("pending", "retired", "removing"):
        ready_rendition(other, "card" if state == "pending" else "w320", "webp", state=state, digest=state)
    store_bytes(FileFactory.create(owner=owner, lifecycle="pending", lease_until=timezone.now() + LONG))
    delete_file(gone)
    UploadedFile.objects.filter(pk=held.pk).update(
        lifecycle="deleted", legal_hold=True, deleted_at=timezone.now() - LONG
    )
    gig = GigFactory.create(owner=owner, pictures=0)
    GigImage.objects.create(gig=gig, file=whole, position=0)
    Profile.objects.update_or_create(user=owner, defaults={"image": other})
    StorageUsage.objects.get_or_create(owner=owner)
    count()
    return House(owner, *(UploadedFile.objects.get(pk=one.pk) for one in (whole, other, gone)))


def _missing(house: House) -> None:
    stored(house.other).unlink()


def _corrupt(house: House) -> None:
    place = stored(kept(house.owner))
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 1
    place.write_bytes(bytes(data))


def _cut(house: House) -> None:
    place = stored(kept(house.owner))
    place.write_bytes(place.read_bytes()[:-1])


def _orphan(house: House) -> None:
    Stored(new_originals(), new_key("gig", "jpg")).write_bytes(b"nobody's")


def _orphan_rendition(house: House) -> None:
    Stored(new_renditions(), new_rendition_key("webp")).write_bytes(b"nobody's")


def _stale_pending(house: House) -> None:
    file = kept(house.owner)
    UploadedFile.objects.filter(pk=file.pk).update(lifecycle="pending", lease_until=timezone.now() - LONG)


def _zombie(house: House) -> None:
    stored(house.gone).write_bytes(b"came late")


def _never_purged(house: House) -> None:
    file = kept(house.owner)
    UploadedFile.objects.filter(pk=file.pk).update(lifecycle="deleted", deleted_at=timezone.now() - LONG)


def _dangling_profile(house: House) -> None:
    Profile.objects.filter(user=house.owner).update(image=house.gone)


def _dangling_gig(house: House) -> None:
    GigImage.objects.update(file=house.gone)


def _lost_rendition(house: House) -> None:
    row = Rendition.objects.filter(file=house.whole, state="ready").first()
    assert row is not None
    stored(row).unlink()


def _stale_recipe(house: House) -> None:
    row = Rendition.objects.filter(file=house.whole, state="ready").last()
    assert row is not None
    Rendition.objects.filter(pk=row.pk).update(digest="of before")


def _drift(house: House) -> None:
    StorageUsage.objects.filter(owner=house.owner).update(files=77)


def _spool_junk(house: House) -> None:
    settings.VITRINE_SPOOL_DIR.mkdir(exist_ok=True)
    path = settings.VITRINE_SPOOL_DIR / "left"
    path.write_bytes(b"half")
    os.utime(path, (0, 0))


PLANTS: dict[str, tuple[str, Callable[[House], None]]] = {
    "missing": ("MISSING", _missing),
    "flipped": ("CORRUPT", _corrupt),
    "cut": ("CORRUPT", _cut),
    "orphan": ("ORPHAN", _orphan),
    "orphan rendition": ("ORPHAN", _orphan_rendition),
    "pending": ("STALE_PENDING", _stale_pending),
    "late bytes": ("ZOMBIE", _zombie),
    "never purged": ("ZOMBIE", _never_purged),
    "profile": ("DANGLING_REF", _dangling_profile),
    "gig": ("DANGLING_REF", _dangling_gig),
    "lost rendition": ("RENDITION", _lost_rendition),
    "stale rendition": ("RENDITION", _stale_recipe),
    "usage": ("QUOTA_DRIFT", _drift),
    "spool": ("TMP_JUNK", _spool_junk),
}


# What only a folder can hold.
def _part(root: Path) -> None:
    path = root / part_key(new_key("gig", "jpg"))
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    path.write_bytes(b"half")
    path.chmod(0o640)


def _link(root: Path) -> None:
    (root / f"uploads/general/{uuid.uuid4()}.jpg").symlink_to("/etc/passwd")


def _odd(root: Path) -> None:
    path = root / "uploads/general/holiday.jpg"
    path.write_bytes(b"odd")
    path.chmod(0o640)


def _mode(root: Path) -> None:
    next((root / "renditions").rglob("*.webp")).chmod(0o755)


def _open_folder(root: Path) -> None:
    (root / "uploads/general").chmod(0o755)


def _stranger(root: Path) -> None:
    (root / "dump.sql").write_bytes(b"secret")


def _fifo(root: Path) -> None:
    os.mkfifo(root / f"uploads/general/{uuid.uuid4()}.jpg", 0o640)


FOLDER_PLANTS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "part": ("TMP_JUNK", _part),
    "link": ("OUTSIDE", _link),
    "odd name": ("OUTSIDE", _odd),
    "mode": ("OUTSIDE", _mode),
    "open folder": ("OUTSIDE", _open_folder),
    "stranger": ("OUTSIDE", _stranger),
    "no file": ("OUTSIDE", _fifo),
}


@dataclass
class Said:
    """What the command said: its exit status, a dictionary for each finding, and the sum."""

    status: int
    findings: list[dict[str, Any]]
    summary: dict[str, Any]

    @property
    def names(self) -> list[str]:
        return sorted(finding["name"] for finding in self.findings)


def fsck(*words: str, grace: float | None = 0) -> Said:
    """Runs the command. Nothing of a test is on its way, so by default nothing is too young."""
    out, status = StringIO(), 0
    young = [] if grace is None else ["--grace", str(grace)]
    time.sleep(0.002)  # the clock of files may be a tick ahead of ours
    try:
        call_command("media_fsck", "--json", *young, *words, stdout=out)
    except CommandError as error:
        status = error.returncode
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    summary = lines.pop() if lines and "verdict" in lines[-1] else {}
    return Said(status, lines, summary)
