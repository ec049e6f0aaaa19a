"""An index of reports by time, for the dashboard."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("uploads_app", "0012_share_epoch")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["created_at", "reason"], name="report_by_day"),
        ),
    ]
