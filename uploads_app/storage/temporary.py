"""Private files on this machine, for bytes on their way."""

import logging
import os
import stat
import tempfile
import time
from pathlib import Path

from django.conf import settings

from uploads_app.errors import Unavailable

logger = logging.getLogger(__name__)


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


def remove_old(age: float) -> int:
    """Removes what killed processes left: files that nobody wrote to for so many seconds; says how many.

    Raises OSError.
    """
    folder, removed = settings.VITRINE_SPOOL_DIR, 0
    if not folder.is_dir():
        return 0
    for path in folder.iterdir():
        try:
            found = path.lstat()
            # A disk of its own has a folder of the file system's in it.
            if stat.S_ISREG(found.st_mode) and found.st_mtime <= time.time() - age:
                path.unlink()
                removed += 1
        except FileNotFoundError:
            continue
    return removed


def clean_up() -> None:
    """The same of this machine's spool, for a process that starts: no reconciler elsewhere reaches it. Raises nothing.

    VITRINE_ORPHAN_GRACE is longer than a request lasts, so what other processes write to stays.
    """
    try:
        remove_old(settings.VITRINE_ORPHAN_GRACE)
    except OSError as error:
        logger.warning("the spool is not cleaned up: %s", error)
