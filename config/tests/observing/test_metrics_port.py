"""`manage.py metrics --listen` answers at any address of the machine, for who shows the token."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command

from config.tests.live import ROOT

TOKEN = "scrape-" + "m" * 32


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


@contextmanager
def listening(home: Path, host: str) -> Iterator[str]:
    """The command at a free port; gives its URL."""
    own = {
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "DATABASE_URL": f"sqlite:///{home}/db.sqlite3",
        "VITRINE_STORAGE": "local",
        "VITRINE_METRICS_DIR": str(home / "metrics"),
        "VITRINE_METRICS_TOKEN": TOKEN,
    }
    words = [sys.executable, "manage.py", "metrics", "--listen", f"{host}:0"]
    process = subprocess.Popen(words, cwd=ROOT, env=os.environ | own, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        told = next(line for line in process.stderr if line.startswith("metrics of process"))
        yield f"http://{told.split()[-1]}"
    finally:
        process.terminate()
        process.communicate()


@pytest.mark.service
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", pytest.param("[::1]", marks=pytest.mark.skipif(not has_ipv6(), reason="there is no IPv6"))],
)
def test_it_answers_there_for_who_shows_the_token(tmp_path: Path, host: str) -> None:
    with listening(tmp_path, host) as url:
        assert url.startswith(f"http://{host}:")
        told = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False)
        assert (told.status_code, "vitrine_build_info" in told.text) == (200, True)
        assert httpx.get(f"{url}/metrics", trust_env=False).status_code == 404


@pytest.mark.parametrize(
    "place", ["9108", ":9108", "::1:9108", "[::1]", "[]:9108", "127.0.0.1:x", "[::1:9108"]
)
def test_what_is_no_address_and_port_is_refused(settings: Any, place: str) -> None:
    settings.VITRINE_METRICS_TOKEN = TOKEN
    with pytest.raises(CommandError, match="an address and a port"):
        call_command("metrics", listen=place, stdout=StringIO())
