"""Who people are, and their logins."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class User(AbstractUser):
    """A person's account. Names and addresses are unique whatever their case."""

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("username"), name="user_username_unique_any_case"),
            models.UniqueConstraint(Lower("email"), name="user_email_unique_any_case", condition=~Q(email="")),
        ]


class Profile(models.Model):
    """What a person shows of themselves."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE)
    display_name = models.CharField(max_length=80, blank=True)
    headline = models.CharField(max_length=120, blank=True)
    bio = models.TextField(max_length=2000, blank=True)
    location = models.CharField(max_length=80, blank=True)
    is_public = models.BooleanField(default=True)
    # Rows of files are kept when their bytes go; deleting a file detaches it here first.
    image = models.ForeignKey(
        "uploads_app.UploadedFile", null=True, blank=True, on_delete=models.RESTRICT, related_name="profiles"
    )

    def __str__(self) -> str:
        return self.display_name or self.user.get_username()


class Login(models.Model):
    """One login and its chain of refresh tokens: the family that falls together.

    Only the token whose id is `current_jti` may be refreshed. `auth_hash` binds the login to the password
    it was made with, as Django binds its sessions; it never leaves the server.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="logins")
    current_jti = models.CharField(max_length=32)
    auth_hash = models.CharField(max_length=128)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"login of {self.created_at:%Y-%m-%d %H:%M}"


class ThrottleCount(models.Model):
    """How often something was done by one person or address within one window of time."""

    key = models.CharField(max_length=200, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    window_end = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
