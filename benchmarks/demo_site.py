"""The demo, whole and rendered, behind a real server with hashed static files: what pages are measured on."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
django.setup()
from config.tests.browser.site import Site, running

_WAITING = (
    "from uploads_app.models import UploadedFile as F;"
    "print(F.objects.filter(lifecycle='ready', rendering='waiting').count())"
)


@contextmanager
def demo_site(home: Path) -> Iterator[Site]:
    """A running site with the demo in it, once its worker has made all renditions."""
    home.mkdir(parents=True, exist_ok=True)
    with running(home, home / "static") as site:
        site.server.manage("demo")
        limit = time.monotonic() + 600
        while int(site.server.manage("shell", "-v", "0", "-c", _WAITING)) and time.monotonic() < limit:
            time.sleep(2)
        yield site
