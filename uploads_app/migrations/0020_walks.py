"""Where work goes on that goes through all rows or keys a part at a time."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("uploads_app", "0019_resumable_uploads")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Walk",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("after", models.CharField(blank=True, max_length=1000)),
            ],
        ),
    ]
