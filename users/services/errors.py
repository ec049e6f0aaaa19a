"""Django's validation errors as domain errors."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from uploads_app.errors import FieldError

CODES = {"blank": "required", "null": "required"}


def field_errors(error: ValidationError, field: str | None = None) -> list[FieldError]:
    """Every message of a ValidationError under its field; `field` names it where the error does not."""
    if hasattr(error, "error_dict"):
        return [
            found
            for name, errors in error.error_dict.items()
            for each in errors
            for found in field_errors(
                each, field or ("non_field_errors" if name == NON_FIELD_ERRORS else name)
            )
        ]
    return [
        FieldError(field or "non_field_errors", CODES.get(each.code or "", each.code or "invalid"), message)
        for each in error.error_list
        for message in each.messages
    ]
