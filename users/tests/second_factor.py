"""Staff with a second factor, for tests: their codes at any moment, and clients that have shown them."""

import re
from typing import Any

from django.test import Client
from django_otp.oath import hotp, totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from users.models import User
from users.services import second_factor


def code_of(key: str, *, later: int = 0) -> str:
    """The code that an app shows for a key, `later` steps of half a minute from now."""
    return f"{totp(bytes.fromhex(key), drift=later):06}"


def used_code(device: TOTPDevice) -> str:
    """The code that a device let somebody in by last, also once an app shows the next one."""
    return f"{hotp(device.bin_key, device.last_t):06}"


def wrong_code(key: str) -> str:
    """Six digits that are no code of these minutes."""
    near = {code_of(key, later=step) for step in range(-3, 4)}
    return next(code for code in (f"{n:06}" for n in range(10)) if code not in near)


def enrolled(user: User) -> second_factor.Enrolled:
    """A person's device and recovery codes; its present code is unused."""
    key = second_factor.new_key()
    made = second_factor.enrol(user=user, key=key, code=code_of(key))
    TOTPDevice.objects.update(last_t=-1)
    return made


def with_password(user: User) -> Client:
    """A client that has shown the password alone."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send_code(client: Client, code: str, **more: Any) -> Any:
    return client.post("/admin/second-factor/", {"code": code, **more})


def with_both(user: User) -> Client:
    """A client of somebody new to the second factor that has shown both."""
    client, made = with_password(user), enrolled(user)
    assert send_code(client, code_of(made.device.key)).status_code == 302
    return client


def field(html: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no field {name}"
    return found[1]
