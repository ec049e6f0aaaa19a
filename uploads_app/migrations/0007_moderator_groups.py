"""The groups of staff, and what earlier rows say to the queue."""

from typing import Any

from django.db import migrations

MODERATORS, LEADS = "Moderators", "Moderation leads"
_DECIDE = ["view_uploadedfile", "decide_uploadedfile", "view_report", "view_moderationevent", "view_appeal"]
_LEAD = ["ban_uploadedfile", "hold_uploadedfile", "see_reporters"]
_NAMES = {
    "view_uploadedfile": ("uploadedfile", "Can view file"),
    "decide_uploadedfile": ("uploadedfile", "Can approve and reject files"),
    "ban_uploadedfile": ("uploadedfile", "Can ban pictures and lift bans"),
    "hold_uploadedfile": ("uploadedfile", "Can take files down and put them under legal hold"),
    "see_reporters": ("uploadedfile", "Can see who reported files"),
    "view_report": ("report", "Can view report"),
    "view_moderationevent": ("moderationevent", "Can view moderation event"),
    "view_appeal": ("appeal", "Can view appeal"),
}


def create_groups(apps: Any, schema_editor: Any) -> None:
    """Adds what is missing. Permissions come with the end of all migrations, too late to be given here."""
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")

    def permission(codename: str) -> Any:
        model, name = _NAMES[codename]
        kind, _new = ContentType.objects.get_or_create(app_label="uploads_app", model=model)
        found, _new = Permission.objects.get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )
        return found

    for name, codenames in ((MODERATORS, _DECIDE), (LEADS, _DECIDE + _LEAD)):
        group, _new = Group.objects.get_or_create(name=name)
        group.permissions.add(*map(permission, codenames))


def remove_groups(apps: Any, schema_editor: Any) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=[MODERATORS, LEADS]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("uploads_app", "0006_moderation"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(create_groups, remove_groups)]
