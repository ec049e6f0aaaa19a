"""Secrets as they come in."""

from typing import Any

from uploads_app.api.fields import TextField


class SecretField(TextField):
    """A password or token: taken as it is, spaces included, and never shown again.

    The length is bounded, as a password has to be hashed whole.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 1024)
        super().__init__(trim_whitespace=False, write_only=True, style={"input_type": "password"}, **kwargs)
