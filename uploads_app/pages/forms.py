"""Forms of pages: they check shapes; services judge, and what they refuse comes back to its field."""

from typing import Any

from django.core.validators import ProhibitNullCharactersValidator, RegexValidator
from django.forms import CharField, Form, Textarea

from uploads_app.errors import Invalid
from uploads_app.text import LINES, ONE_LINE, UNPRINTABLE


class LineField(CharField):
    """One line of text without control characters."""

    rule = ONE_LINE

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # NUL is among the control characters, and is named once.
        others = [rule for rule in self.validators if not isinstance(rule, ProhibitNullCharactersValidator)]
        self.validators = [*others, RegexValidator(self.rule, UNPRINTABLE, "unprintable")]


class LinesField(LineField):
    """Text of several lines, whose ends are as they were typed: one character each."""

    rule = LINES
    widget = Textarea

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


def refuse(form: Form, error: Invalid, fields: dict[str, str] | None = None) -> None:
    """Puts every error of a service at its field of a bound form; `fields` maps names that differ.

    What has no field there stands above the form.
    """
    for each in error.errors:
        name = (fields or {}).get(each.field, each.field)
        form.add_error(name if name in form.fields else None, each.detail)
