"""Text as it comes in."""

import unicodedata
from typing import Any

from rest_framework import serializers

_BREAKS = "\n\r\t"


class TextField(serializers.CharField):
    """Text without control characters; `lines` allows line breaks and tabs."""

    default_error_messages = {"unprintable": "This contains characters that cannot be shown."}  # noqa: RUF012

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        allowed = _BREAKS if self.lines else ""
        if any(unicodedata.category(sign) == "Cc" and sign not in allowed for sign in text):
            self.fail("unprintable")
        return text


class SecretField(TextField):
    """A password or token: taken as it is, spaces included, and never shown again.

    The length is bounded, as a password has to be hashed whole.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 1024)
        super().__init__(trim_whitespace=False, write_only=True, style={"input_type": "password"}, **kwargs)
