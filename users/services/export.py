"""Everything that is a person's, as one ZIP that is made while it is sent."""

import json
from collections.abc import Generator, Iterator
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.utils import timezone

from uploads_app.models import Report, UploadedFile
from uploads_app.storage.places import storage
from uploads_app.visibility import UsedBy, used_by
from users.models import Profile, User
from users.services.profile import profile_of

_CHUNK = 256 * 1024  # bytes read, and about what is held before it is sent
Json = dict[str, Any]


def export(user: User) -> Iterator[bytes]:
    """The pieces of a ZIP: `files/<file_id>.<ext>` for every ready file, and `metadata.json` at its end.

    No file is held in memory. A file that is deleted meanwhile is marked as missing in the metadata.
    Raises StorageAway, at the first piece or later: a ZIP that is cut short has no directory, so nobody
    takes it for a whole one.
    """
    profile = profile_of(user)
    # Rows are read at once and before the first byte: the ZIP shows one moment.
    files = list(
        UploadedFile.objects.filter(owner=user, lifecycle=UploadedFile.Lifecycle.READY)
        .order_by("pk")
        .prefetch_related("appeals")
    )
    uses = used_by([file.pk for file in files])
    described = {
        **_account(profile),
        "buddies": _buddies(user),
        "reports": _reports(user),
        "exported_at": timezone.now().isoformat(),
        "files": [],
    }
    return _zip(files, uses, described)


def _zip(files: list[UploadedFile], uses: dict[Any, list[UsedBy]], described: Json) -> Iterator[bytes]:
    out = _Pieces()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        for file in files:
            name = f"files/{file.pk}{PurePosixPath(file.key).suffix}"
            found = yield from _add_file(archive, out, file, name)
            described["files"].append(_file(file, uses.get(file.pk, []), name if found else None))
        text = json.dumps(described, ensure_ascii=False, indent=2)
        archive.writestr(_entry("metadata.json", timezone.now(), ZIP_DEFLATED), text.encode())
    yield out.take()


def _add_file(
    archive: ZipFile, out: "_Pieces", file: UploadedFile, name: str
) -> Generator[bytes, None, bool]:
    """Adds a file piece by piece; false when its bytes are gone."""
    try:
        source = storage(file.storage).open_stored(file.key)
    except FileNotFoundError:
        return False
    with source, archive.open(_entry(name, file.uploaded_at, ZIP_STORED), "w") as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
            yield out.take()
    return True


def _entry(name: str, moment: Any, compression: int) -> ZipInfo:
    entry = ZipInfo(name, date_time=moment.timetuple()[:6])
    entry.compress_type = compression
    entry.external_attr = 0o644 << 16
    return entry


def _account(profile: Profile) -> Json:
    user = profile.user
    return {
        "account": {
            "username": user.username,
            "email": user.email,
            "date_joined": user.date_joined.isoformat(),
            "last_login": user.last_login.isoformat() if user.last_login else None,
            "logins": [
                {"created_at": login.created_at.isoformat(), "expires_at": login.expires_at.isoformat()}
                for login in user.logins.order_by("created_at")
            ],
        },
        "profile": {
            "display_name": profile.display_name,
            "headline": profile.headline,
            "bio": profile.bio,
            "location": profile.location,
            "is_public": profile.is_public,
            "profile_image": str(profile.image_id) if profile.image_id else None,
        },
    }


def _buddies(user: User) -> list[Json]:
    """Their favourites; of those who have hidden themselves since, too, the username, which they knew."""
    chosen = user.buddies.order_by("created_at", "pk").values_list("buddy__username", "created_at")
    return [{"username": username, "since": since.isoformat()} for username, since in chosen]


def _reports(user: User) -> list[Json]:
    """What they told staff about pictures of others."""
    told = Report.objects.filter(reporter=user).order_by("created_at", "pk")
    return [
        {
            "file_id": str(report.file_id),
            "reason": report.reason,
            "detail": report.detail,
            "created_at": report.created_at.isoformat(),
        }
        for report in told
    ]


def _file(file: UploadedFile, uses: list[UsedBy], path: str | None) -> Json:
    """`path` is the file's place in the ZIP; null where its bytes are missing."""
    return {
        "file_id": str(file.pk),
        "path": path,
        "original_filename": file.original_filename,
        "content_type": file.content_type,
        "file_size": file.file_size,
        "sha256": file.sha256,
        "width": file.width,
        "height": file.height,
        "upload_category": str(file.category),
        "uploaded_at": file.uploaded_at.isoformat(),
        "alt_text": file.alt_text,
        "caption": file.caption,
        "focal_point": None if file.focal_x is None else {"x": file.focal_x, "y": file.focal_y},
        "edits": file.edits or None,
        "removed_metadata": file.removed_metadata,
        "moderation_status": str(file.moderation),
        "moderation_reason": str(file.moderation_reason) or None,
        "moderation_note": file.moderation_note,
        "appeals": [
            {"state": str(one.state), "text": one.text, "created_at": one.created_at.isoformat()}
            for one in file.appeals.all()
        ],
        "in_use_by": [{"kind": use.kind, "id": use.id, "title": use.title} for use in uses],
    }


class _Pieces:
    """Where ZipFile writes to: takes bytes and hands them on, and cannot be sought in."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """Nothing was opened."""

    def take(self) -> bytes:
        taken, self._held = bytes(self._held), bytearray()
        return taken
