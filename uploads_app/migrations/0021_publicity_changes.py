"""Files whose publicity may have changed, for public copies to follow."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("uploads_app", "0020_walks")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="PublicityChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_id", models.UUIDField()),
            ],
        ),
    ]
