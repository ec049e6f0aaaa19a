"""Private files on this machine, for bytes on their way."""

import os
import tempfile
from pathlib import Path

from django.conf import settings

from uploads_app.errors import Unavailable


def spool() -> Path:
    """The folder of such files, made if need be. Raises OSError."""
    folder: Path = settings.VITRINE_SPOOL_DIR
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def new_temporary() -> Path:
    """An empty file in the spool that only this process's user may read. Raises Unavailable."""
    try:
        handle, name = tempfile.mkstemp(dir=spool())
    except OSError as error:
        raise Unavailable() from error
    os.close(handle)
    return Path(name)
