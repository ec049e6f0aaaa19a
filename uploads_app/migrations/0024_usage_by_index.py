"""Sums up what somebody keeps from an index alone."""

from typing import ClassVar

from django.conf import settings
from django.db import migrations, models

from uploads_app.migrating.operations import AddIndexInUse


class Migration(migrations.Migration):
    atomic = False
    dependencies: ClassVar = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("uploads_app", "0023_periodic_done"),
    ]

    operations: ClassVar = [
        AddIndexInUse(
            model_name="uploadedfile",
            index=models.Index(
                fields=["owner", "category", "file_size"],
                name="file_usage",
                condition=models.Q(lifecycle="ready"),
            ),
        ),
    ]
