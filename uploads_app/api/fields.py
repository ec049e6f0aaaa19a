"""Fields that take JSON at its word: a number is no text, 0 is not false. Their schema says the same."""

import math
from typing import Any

from django.core.validators import ProhibitNullCharactersValidator, RegexValidator
from rest_framework import serializers

from uploads_app.text import LINES, ONE_LINE, UNPRINTABLE


class TextField(serializers.CharField):
    """Text without control characters; `lines` allows line breaks and tabs."""

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        own = RegexValidator(LINES if lines else ONE_LINE, UNPRINTABLE, "unprintable")
        # NUL is among the control characters, and is named once.
        others = [rule for rule in self.validators if not isinstance(rule, ProhibitNullCharactersValidator)]
        self.validators = [*others, own]

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text: str = super().to_internal_value(data)
        return text


class TrueOrFalseField(serializers.BooleanField):
    """true or false, and nothing that could be taken for them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class NumberField(serializers.FloatField):
    """A finite number."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        try:
            number = float(data)
        except OverflowError:
            self.fail("invalid")
        if not math.isfinite(number):
            self.fail("invalid")
        return number


class WholeNumberField(serializers.IntegerField):
    """A number without a fraction (60.0 is one, as in JSON Schema); no text."""

    def to_internal_value(self, data: Any) -> int:
        whole = isinstance(data, int) or (isinstance(data, float) and data.is_integer())
        if isinstance(data, bool) or not whole:
            self.fail("invalid")
        return int(data)


class FileIdField(serializers.UUIDField):
    """The id of a file, in its usual form."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or len(data) != 36:
            self.fail("invalid", value=data)
        return super().to_internal_value(data)
