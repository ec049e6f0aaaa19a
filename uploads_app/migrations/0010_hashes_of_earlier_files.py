"""Files of before the search for copies get their row in it, a batch at a time."""

from typing import Any

from django.db import migrations

_TELLING_BITS = 16  # with fewer a picture is too flat to be told from others, and has no row
_BATCH = 1000


def add_hashes(apps: Any, schema_editor: Any) -> None:
    File = apps.get_model("uploads_app", "UploadedFile")
    FileHash = apps.get_model("uploads_app", "FileHash")
    with_bytes = File.objects.filter(lifecycle__in=["ready", "deleted"], searchable_hash__isnull=True)
    files = with_bytes.order_by("pk").values_list("pk", "phash")
    batch = list(files[:_BATCH])
    while batch:
        FileHash.objects.bulk_create(
            [
                FileHash(file_id=file_id, hash=phash, **_parts(phash))
                for file_id, phash in batch
                if (phash & (1 << 64) - 1).bit_count() >= _TELLING_BITS
            ],
            ignore_conflicts=True,
        )
        batch = list(files.filter(pk__gt=batch[-1][0])[:_BATCH])


def _parts(phash: int) -> dict[str, int]:
    return {f"part_{number}": phash >> 48 - 16 * number & 65535 for number in range(4)}


def remove_hashes(apps: Any, schema_editor: Any) -> None:
    apps.get_model("uploads_app", "FileHash").objects.all().delete()


class Migration(migrations.Migration):
    atomic = False  # each batch stands by itself; what was interrupted goes on where it stopped
    dependencies = [("uploads_app", "0009_near_copies")]
    operations = [migrations.RunPython(add_hashes, remove_hashes)]
