"""The second factor of staff: an app that shows codes (TOTP), and recovery codes for when it is lost.

A person has one device, and ten recovery codes that stand in for it. Of a recovery code the database keeps a
digest; the key of the app it has to keep as it is.
"""

import base64
import hashlib
import logging
import re
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from uploads_app.errors import Conflict, Invalid, Throttled
from users.models import User
from users.services.login import revoke_all

logger = logging.getLogger("vitrine.staff")

RECOVERY_CODES = 10
_WRONG = "This code is not right, or was used before. Codes of the app change every 30 seconds."
_OF_THE_APP = re.compile(r"[0-9]{6}", re.ASCII)
_SEPARATORS = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new device, and its recovery codes, which nobody can be told again."""

    device: TOTPDevice
    recovery_codes: list[str]


def device_of(user: User) -> TOTPDevice | None:
    """The device that a person has set up."""
    found: TOTPDevice | None = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    return found


def new_key() -> str:
    """A key for a device that is not set up yet, in hexadecimal."""
    return str(default_key())


def as_text(key: str) -> str:
    """A key as people type it into an app: base32, in groups of four."""
    return _grouped(base64.b32encode(bytes.fromhex(key)).decode())


def as_address(user: User, key: str) -> str:
    """A key as apps read it from a QR code."""
    return str(TOTPDevice(user=user, key=key).config_url)


def enrol(*, user: User, key: str, code: str, replace: bool = False) -> Enrolled:
    """Sets up a device that holds `key`, as `code` proves; with `replace` in place of the one before.

    What is replaced takes its sessions and recovery codes along. Raises Invalid for a wrong code, Conflict
    where there is a device and it is not to be replaced.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # so that nobody gets two devices
        if not replace and device_of(user):
            raise Conflict("A second factor is set up already.")
        _remove(user)
        device = TOTPDevice.objects.create(user=user, key=key, name="app")
        # This uses the code up: the first login after it needs the next one.
        if not _OF_THE_APP.fullmatch(code) or not device.verify_token(code):
            raise Invalid.field("code", _WRONG)
        codes = _fresh_codes(user)
    logger.info("second factor of %s set up", user.get_username())
    return Enrolled(device, codes)


def confirm(*, user: User, code: str) -> TOTPDevice:
    """The device of whoever knows its present code, or one of the recovery codes; either is used up by this.

    Raises Invalid for a wrong code, Throttled while wrong ones before make the device wait.
    """
    code = _SEPARATORS.sub("", code)
    with transaction.atomic():  # ends before anything is raised, so that mistakes stay counted
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        asked, token = device, code
        if not _OF_THE_APP.fullmatch(code):
            asked = StaticDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
            token = _digest(code)
        wait = _wait_of(asked)
        right = wait is None and asked is not None and asked.verify_token(token)
    if wait is not None:
        raise Throttled(wait)
    if not right or device is None:
        raise Invalid.field("code", _WRONG)
    return device


def recovery_codes_left(user: User) -> int:
    """How many recovery codes a person has not used yet."""
    return int(StaticToken.objects.filter(device__user=user).count())


def renew_recovery_codes(*, user: User) -> list[str]:
    """Ten new recovery codes in place of those before. Raises Conflict where there is no device."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if device_of(user) is None:
            raise Conflict("There is no second factor.")
        codes = _fresh_codes(user)
    logger.info("recovery codes of %s renewed", user.get_username())
    return codes


def reset(*, user: User) -> bool:
    """Takes a person's second factor away, and ends their sessions and logins; says whether there was one.

    They set up another when they log in next.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        was = device_of(user) is not None
        _remove(user)
        user.sessions.all().delete()
        revoke_all(user)
    logger.info("second factor of %s reset", user.get_username())
    return was


def _remove(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def _fresh_codes(user: User) -> list[str]:
    """Ten codes of 80 random bits each, in place of those before."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes")
    codes = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_digest(code)) for code in codes)
    return [_grouped(code) for code in codes]


def _digest(code: str) -> str:
    """96 bits of the code's SHA-256, which fill django-otp's column. No salt: the codes are random enough."""
    return base64.b64encode(hashlib.sha256(code.lower().encode()).digest()[:12]).decode()


def _grouped(text: str) -> str:
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _wait_of(device: TOTPDevice | StaticDevice | None) -> int | None:
    """Seconds until a device may be asked again; None when it may be asked now."""
    if device is None:
        return None
    allowed, why = device.verify_is_allowed()
    if allowed:
        return None
    wait: float = (why["locked_until"] - timezone.now()).total_seconds()
    return max(1, round(wait))
