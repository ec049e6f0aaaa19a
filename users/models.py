"""Who people are, and their logins."""

import re
import uuid
from importlib import import_module
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import constant_time_compare

# A username is a part of addresses and is read by people: plain ASCII, so that no two look or fold alike
# and every database agrees what upper and lower case is; no leading dot or sign, so that "." and ".."
# are none. Real names go into the profile.
USERNAME_PATTERN = r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,149}"
# /api/users/me is oneself, and /api/buddies/recommendations is nobody's.
RESERVED_USERNAMES = frozenset({"me", "recommendations"})


def refuse_reserved_username(value: str) -> None:
    """Raises ValidationError for names that addresses need for themselves."""
    if value.lower() in RESERVED_USERNAMES:
        raise ValidationError("This username is reserved.", code="reserved")


class PeopleManager(UserManager["User"]):
    """Finds people by username in any case, as it is unique in any case."""

    use_in_migrations = False

    def with_username(self, username: str) -> models.QuerySet["User"]:
        """Nobody or one person. The condition is the very expression of the unique index."""
        if "\0" in username:  # addresses may hold it; PostgreSQL takes it in no text, not even to compare
            return self.none()
        return self.alias(username_lower=Lower("username")).filter(username_lower=username.lower())

    def with_email(self, email: str) -> models.QuerySet["User"]:
        """Nobody or one person, in the same way."""
        return self.alias(email_lower=Lower("email")).filter(email_lower=email.lower()).exclude(email="")

    def get_by_natural_key(self, username: str | None) -> "User":
        """Who logs in by this name. Raises User.DoesNotExist."""
        return self.with_username(username or "").get()


class User(AbstractUser):
    """A person's account. Names and addresses are unique whatever their case."""

    username = models.CharField(
        max_length=150,
        unique=True,
        help_text="Letters, digits and @ . + - _; begins with a letter, a digit or _.",
        validators=[
            RegexValidator(
                re.compile(rf"^{USERNAME_PATTERN}\Z"),
                "Use letters, digits and @ . + - _ only, and begin with a letter, a digit or _.",
            ),
            refuse_reserved_username,
        ],
        error_messages={"unique": "This username is taken."},
    )

    # Whether it is a session that has shown the second factor of this person that asks. Sessions alone ever
    # are (users.sessions, users.staff.middleware): whoever else reads the row has an account, not its powers.
    second_factor_shown = False

    objects: ClassVar[PeopleManager] = PeopleManager()

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique_any_case",
                violation_error_message="This username is taken.",
            ),
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_any_case",
                condition=~Q(email=""),
                violation_error_message="This e-mail address is in use already.",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves; a new person gets their profile in the same transaction, whichever door made them."""
        if not self._state.adding:
            super().save(*args, **kwargs)
            return
        with transaction.atomic(using=kwargs.get("using")):
            super().save(*args, **kwargs)
            Profile.objects.using(self._state.db).create(user=self)

    @property
    def acts_as_staff(self) -> bool:
        """Whether this person sees and does what staff may. Every rule asks this, and never `is_staff`."""
        return self.is_staff and self._has_powers

    @property
    def _has_powers(self) -> bool:
        return self.second_factor_shown or not settings.VITRINE_ADMIN_2FA

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's answer, and no to all while the second factor is wanted and was not shown."""
        return self._has_powers and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        """In the same way."""
        return self._has_powers and super().has_module_perms(app_label)

    def has_auth_hash(self, known: str) -> bool:
        """Whether this is the hash of the present password, by the present key or one of those before."""
        hashes = (self.get_session_auth_hash(), *self.get_session_auth_fallback_hash())
        return any(constant_time_compare(known, current) for current in hashes)


class Session(AbstractBaseSession):
    """A session of the pages or the admin, and whose it is (users/sessions.py is its engine)."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="sessions"
    )
    # The device by which the session showed a second factor. It goes with its device.
    second_factor = models.ForeignKey(
        "otp_totp.TOTPDevice", null=True, on_delete=models.CASCADE, related_name="sessions"
    )

    @classmethod
    def get_session_store_class(cls) -> Any:
        """The engine that reads and writes these rows."""
        return import_module(settings.SESSION_ENGINE).SessionStore


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


class Buddy(models.Model):
    """A person's favourite. It goes one way, and the other is not told."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="buddies", db_index=False
    )
    buddy = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="buddy_of", db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "buddies"
        indexes: ClassVar = [
            models.Index(F("person"), F("created_at").desc(), F("id").desc(), name="buddy_newest"),
            models.Index(fields=["buddy", "person"], name="buddy_of"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "buddy"], name="buddy_once"),
            models.CheckConstraint(name="buddy_not_oneself", condition=~Q(person=F("buddy"))),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} -> {self.buddy_id}"


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
