"""All storage keys are made here."""

import uuid

ROOT = "uploads"
RENDITIONS = "renditions"
INCOMING = "incoming"
PART_SUFFIX = ".part"
# In the root of a storage that is ours. Locally a folder, since that is made in one step: never half there.
MARK = ".vitrine"


def new_key(category: str, extension: str) -> str:
    """A key never used before: uploads/<category>/<uuid>.<ext>.

    Random and unlike the file's id, so that knowing one tells nothing about the other. Never made of
    anything the user sent: a name is only a label.
    """
    return f"{ROOT}/{category}/{uuid.uuid4()}.{extension}"


def new_rendition_key(extension: str) -> str:
    """A key never used before: renditions/<2 hex digits>/<uuid>.<ext>, spread over 256 folders."""
    name = uuid.uuid4()
    return f"{RENDITIONS}/{name.hex[:2]}/{name}.{extension}"


def new_incoming_key() -> str:
    """A key never used before: incoming/<uuid>, for bytes that nobody has looked at. It is never a file's."""
    return f"{INCOMING}/{uuid.uuid4()}"


def part_key(key: str) -> str:
    """The temporary name beside a key while its bytes are being written."""
    folder, _, name = key.rpartition("/")
    return f"{folder}/.{name}{PART_SUFFIX}"


def whole_key(name: str) -> str:
    """The key that a listed name belongs to: itself, or the one that a temporary name is for."""
    folder, _, last = name.rpartition("/")
    if last.startswith(".") and last.endswith(PART_SUFFIX):
        return f"{folder}/{last[1:].removesuffix(PART_SUFFIX)}"
    return name
