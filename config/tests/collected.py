"""Static files as in production, collected once for all sites and processes of a run."""

import fcntl
import os
import subprocess
from pathlib import Path

from django.conf import settings

from config.tests.live import BIN, ROOT, LiveServer


def shared_folder() -> Path:
    """The folder for them that all processes of a run share."""
    return Path(settings.VITRINE_SPOOL_DIR).parent / "static"


def collect_once(server: LiveServer, static: Path) -> None:
    """Fills `static`, which is the server's VITRINE_STATIC_ROOT, unless somebody did already."""
    static.mkdir(exist_ok=True)
    with (static.parent / f"{static.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (static / "staticfiles.json").exists():
            return
        # Quick where nothing changed; without it the pages would wear the styles of the day before.
        subprocess.run(
            [str(ROOT / "deploy/assets.sh"), "--dev"], env=os.environ | {"BIN": str(BIN)}, check=True
        )
        server.settings["VITRINE_COLLECTED"] = "1"
        server.manage("collectstatic", "--noinput", "-v", "0")
