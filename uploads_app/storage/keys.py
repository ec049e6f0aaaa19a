"""All storage keys are made here."""

import uuid

ROOT = "uploads"


def new_key(category: str, extension: str) -> str:
    """A key never used before: uploads/<category>/<uuid>.<ext>.

    Random and unlike the file's id, so that knowing one tells nothing about the other. Never made of
    anything the user sent: a name is only a label.
    """
    return f"{ROOT}/{category}/{uuid.uuid4()}.{extension}"
