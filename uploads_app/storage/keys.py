"""All storage keys are made here."""

import re
import uuid
from datetime import date

from django.core.exceptions import SuspiciousFileOperation

ROOT = "uploads"
RENDITIONS = "renditions"
INCOMING = "incoming"
PUBLIC = "public"
PART_SUFFIX = ".part"
# In the root of a storage that is ours. Locally a folder, since that is made in one step: never half there.
MARK = ".vitrine"
# Bytes that were taken out of their place and are kept for a while, in a folder a day.
QUARANTINE = "quarantine"
_NAME = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[a-z]{3,4}"
_KEY = re.compile(rf"({ROOT}/[a-z]+|{RENDITIONS}/[0-9a-f]{{2}})/{_NAME}")


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


def new_public_key(extension: str) -> str:
    """A key never used before: public/<2 hex digits>/<uuid>.<ext>. It tells nothing of what is copied."""
    name = uuid.uuid4()
    return f"{PUBLIC}/{name.hex[:2]}/{name}.{extension}"


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


def is_part(name: str) -> bool:
    """Whether a listed name is the temporary one beside a key."""
    return whole_key(name) != name


def is_key(name: str) -> bool:
    """Whether a key looks like one that was made here; under folders other than ours anything does."""
    ours = name.startswith((f"{ROOT}/", f"{RENDITIONS}/"))
    return not ours or _KEY.fullmatch(whole_key(name)) is not None


def quarantined_key(key: str, day: date) -> str:
    """Where what lies at `key` is set aside on a day: quarantine/<date>/<key>."""
    return f"{QUARANTINE}/{day.isoformat()}/{key}"


def quarantined_on(key: str) -> date | None:
    """The day on which something was set aside; None of what does not lie there by our hand."""
    try:
        return date.fromisoformat(key.split("/")[1])
    except (IndexError, ValueError):
        return None


def sound(key: str) -> str:
    """The key itself. Raises SuspiciousFileOperation for one that might lead out of its folder somewhere."""
    if any(part in ("", ".", "..") for part in key.split("/")) or not key.isprintable() or "\\" in key:
        raise SuspiciousFileOperation("this key lies outside of the storage")
    return key
