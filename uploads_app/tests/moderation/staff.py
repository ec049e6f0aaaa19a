"""The staff of moderation, with the permissions that their groups give."""

from importlib import import_module

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.test import Client

from users.models import User
from users.tests.factories import UserFactory

MIGRATION = import_module("uploads_app.migrations.0007_moderator_groups")


def member(username: str, group: str) -> User:
    """Somebody of the staff in a group of the migration, which other tests may have flushed away."""
    MIGRATION.create_groups(apps, None)
    user: User = UserFactory.create(username=username, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def moderator(username: str = "moderator") -> User:
    return member(username, "Moderators")


def lead(username: str = "lead") -> User:
    return member(username, "Moderation leads")


def viewer(username: str = "viewer") -> User:
    """Staff who may look, and decide nothing."""
    user: User = UserFactory.create(username=username, is_staff=True)
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label="uploads_app", codename="view_uploadedfile")
    )
    return user


def browser(user: User | None = None) -> Client:
    """A browser that is signed in as somebody, or nobody."""
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
