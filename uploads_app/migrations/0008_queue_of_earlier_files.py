"""Rows of before the queue: decided files are out of it, and reports that nobody answered are counted."""

from typing import Any

from django.db import migrations
from django.db.models import Count

OUT, PLAIN, REPORTED = 0, 1, 2
_BATCH = 1000


def fill_queue(apps: Any, schema_editor: Any) -> None:
    File = apps.get_model("uploads_app", "UploadedFile")
    File.objects.exclude(moderation="unreviewed").exclude(queue_rank=OUT).update(queue_rank=OUT)
    reported = File.objects.exclude(moderation="rejected").filter(reports_open=0)
    counted = reported.annotate(said=Count("reports")).filter(said__gt=0).values_list("pk", "said")
    for file_id, said in list(counted.iterator(_BATCH)):
        File.objects.filter(pk=file_id).update(reports_open=said, queue_rank=REPORTED)


def empty_queue(apps: Any, schema_editor: Any) -> None:
    apps.get_model("uploads_app", "UploadedFile").objects.update(queue_rank=PLAIN, reports_open=0)


class Migration(migrations.Migration):
    dependencies = [("uploads_app", "0007_moderator_groups")]
    operations = [migrations.RunPython(fill_queue, empty_queue)]
