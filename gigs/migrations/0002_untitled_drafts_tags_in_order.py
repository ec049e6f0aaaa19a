from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """A draft may have no title yet, and tags keep the order they were written in. No column changes."""

    dependencies: ClassVar = [("gigs", "0001_gigs")]

    operations: ClassVar = [
        migrations.AlterField("gig", "title", models.CharField(blank=True, max_length=120)),
        migrations.AlterModelOptions("gigtag", {"ordering": ["pk"]}),
    ]
