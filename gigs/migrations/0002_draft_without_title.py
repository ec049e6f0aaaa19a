from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """A draft may have no title yet. Forms change; the column does not."""

    dependencies: ClassVar = [("gigs", "0001_gigs")]

    operations: ClassVar = [
        migrations.AlterField("gig", "title", models.CharField(blank=True, max_length=120)),
    ]
