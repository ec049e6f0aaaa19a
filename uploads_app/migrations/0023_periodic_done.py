"""Notes when something periodic last ended well, for what always fails to be seen."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("uploads_app", "0022_late_decoders")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="periodicrun",
            name="done_at",
            field=models.DateTimeField(null=True),
        ),
    ]
