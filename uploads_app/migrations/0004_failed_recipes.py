from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('uploads_app', '0003_workers'),
    ]

    operations = [
        migrations.AddField(
            model_name='rendition',
            name='failures',
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
