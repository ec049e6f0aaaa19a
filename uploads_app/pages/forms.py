"""Forms of pages: they check shapes; services judge, and what they refuse comes back to its field."""

from django.forms import Form

from uploads_app.errors import Invalid


def refuse(form: Form, error: Invalid, fields: dict[str, str] | None = None) -> None:
    """Puts every error of a service at its field of a bound form; `fields` maps names that differ.

    What has no field there stands above the form.
    """
    for each in error.errors:
        name = (fields or {}).get(each.field, each.field)
        form.add_error(name if name in form.fields else None, each.detail)
