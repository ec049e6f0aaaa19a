"""Making an account."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from uploads_app.errors import FieldError, Invalid
from users.models import User
from users.services.errors import field_errors

USERNAME_TAKEN = FieldError("username", "unique", "This username is taken.")
EMAIL_TAKEN = FieldError("email", "unique", "This e-mail address is in use already.")


def register(*, username: str, email: str, password: str) -> User:
    """A new person with their profile.

    Raises Invalid for every field that is malformed or taken, and for a weak password. The database has
    the last word on what is taken, so two at once get one account.
    """
    user = User(username=username, email=email)
    errors = [*_malformed(user), *_weak(password, user), *_taken(user)]
    if errors:
        raise Invalid(errors)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Invalid(_taken(user) or [USERNAME_TAKEN]) from error
    return user


def _malformed(user: User) -> list[FieldError]:
    errors = [] if user.email else [FieldError("email", "required", "An e-mail address is needed.")]
    try:
        user.clean_fields(exclude={"password"})
        user.clean()  # normalises the address
    except ValidationError as error:
        errors += field_errors(error)
    return errors


def _weak(password: str, user: User) -> list[FieldError]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return field_errors(error, "password")
    return []


def _taken(user: User) -> list[FieldError]:
    errors = []
    if User.objects.with_username(user.username).exists():
        errors.append(USERNAME_TAKEN)
    if user.email and User.objects.with_email(user.email).exists():
        errors.append(EMAIL_TAKEN)
    return errors
