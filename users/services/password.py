"""Changing a password."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from uploads_app.errors import Invalid
from users.models import User
from users.services.errors import field_errors
from users.services.login import revoke_all


def change_password(*, user: User, old: str, new: str) -> None:
    """Gives a person another password; every login and session made with the old one ends.

    They would end by any other door too, as each is bound to the password's hash. Raises Invalid for a
    wrong old password or a weak new one.
    """
    if not user.check_password(old):
        raise Invalid.field("old_password", "This is not your password.")
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise Invalid(field_errors(error, "new_password")) from error
    user.set_password(new)
    with transaction.atomic():
        user.save(update_fields=["password"])
        revoke_all(user)
