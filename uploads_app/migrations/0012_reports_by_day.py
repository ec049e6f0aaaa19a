"""An index of reports by time, for the dashboard; it also joins the two migrations before it."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("uploads_app", "0011_record_of_owners"),
        ("uploads_app", "0011_share_epoch"),
    ]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["created_at", "reason"], name="report_by_day"),
        ),
    ]
