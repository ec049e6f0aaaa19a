"""Forms for the second factor."""

from typing import Any

from django import forms
from django.core import signing

from users.models import User

_GOOD_FOR = 3600  # seconds that a page with a new key may be open
_SALT = "users.staff.second-factor"
_LONGEST = 40  # signs of a code as typed, with its separators


class CodeForm(forms.Form):
    """A code of the app or a recovery code."""

    code = forms.CharField(
        label="Code",
        max_length=_LONGEST,
        help_text="The six digits that your app shows now, or one of your recovery codes.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )


class SetupForm(forms.Form):
    """A new key, signed for one person and one hour, with the code that their app shows for it.

    Nothing is stored before the code proves that the app has the key; a key that we did not make for this
    very person is not taken.
    """

    secret = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(
        label="Code",
        max_length=_LONGEST,
        help_text="The six digits that your app shows for Vitrine.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        self._user = user
        super().__init__(*args, **kwargs)

    def clean_secret(self) -> str:
        """The key, in hexadecimal."""
        try:
            held = signing.loads(self.cleaned_data["secret"], salt=_SALT, max_age=_GOOD_FOR)
        except signing.BadSignature:
            held = {}
        if not isinstance(held, dict) or held.get("person") != self._user.pk:
            raise forms.ValidationError("This page was open for too long. Add the new key to your app.")
        return str(held["key"])

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())


class ReplaceForm(SetupForm):
    """The same in place of a device: only for who holds that, or one of its recovery codes, now.

    A session that was left open shows no more than that it was shown once.
    """

    present = forms.CharField(
        label="Code of the app before",
        max_length=_LONGEST,
        help_text="The six digits that it shows now, or one of your recovery codes.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


def signed(user: User, key: str) -> str:
    """A key for `SetupForm`."""
    return signing.dumps({"person": user.pk, "key": key}, salt=_SALT)
