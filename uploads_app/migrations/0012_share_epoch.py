"""Counts the takedowns of a file, so that the links that it had end with them."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("uploads_app", "0011_record_of_owners")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="uploadedfile",
            name="share_epoch",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
