"""Sessions of the pages and the admin: rows that know whose they are, so that one query tells who asks.

Django's own session table hides the person inside the signed data. (The way is its documentation's:
"Extending database-backed session engines".)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models.functions import Now
from django_otp import DEVICE_ID_SESSION_KEY

from uploads_app.statements import Statement, given
from users.models import Session, User
from users.staff import clock

_KEY = re.compile(r"[0-9a-z]{32}", re.ASCII)
_SESSION = Statement(
    lambda: Session.objects.filter(
        pk=given("key"), expire_date__gt=Now(), account__is_active=True
    ).select_related("account")
)


class SessionStore(DatabaseStore):
    """Django's store, on our table."""

    @classmethod
    def get_model_class(cls) -> Any:
        """The table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row, with whose it is."""
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        person = data.get(SESSION_KEY)
        row.account_id = None if person is None else User._meta.pk.to_python(person)
        row.second_factor_id = _device(data)
        return row


def user_of_session(key: str) -> User | None:
    """Whose live session this is; None for anything else. One query, and the session is not touched.

    The checks are those of `django.contrib.auth.get_user`.
    """
    session = _SESSION.first(key=key) if _KEY.fullmatch(key) else None
    if session is None or session.account is None:
        return None
    data, user = session.get_decoded(), session.account
    if data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    if data.get(SESSION_KEY) != str(user.pk) or not user.has_auth_hash(data.get(HASH_SESSION_KEY, "")):
        return None
    # A removed device takes its sessions along, so the row tells without asking for the device.
    user.second_factor_shown = session.second_factor_id is not None and clock.over(data) is None
    return user


def _device(data: Mapping[str, Any]) -> int | None:
    """The row of the device that is noted in a session's data."""
    kind, _, row = str(data.get(DEVICE_ID_SESSION_KEY, "")).partition("/")
    return int(row) if kind == "otp_totp.totpdevice" and row.isdecimal() else None
