"""Counts how often in a row decoders were late, for what is laid to a busy machine to have an end."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("uploads_app", "0021_publicity_changes")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="rendition",
            name="late",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="uploadedfile",
            name="render_late",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
    ]
