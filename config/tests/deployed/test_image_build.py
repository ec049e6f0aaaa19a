"""The image's own steps in a folder that has only what is let into it: it is built, and serves, without all else.

What needs the network (pip, apt) is left to Docker: the environment and npm's packages of this machine are used.
"""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.tests.deployed.containers import command, image_environment, steps
from config.tests.deployed.test_image import let_in
from config.tests.live import BIN, ROOT

pytestmark = [
    pytest.mark.fleet,
    pytest.mark.service,
    pytest.mark.long,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        not (ROOT / "node_modules/.installed").is_file(),
        reason="npm's packages are not installed: make assets-dev",
    ),
]


@pytest.fixture
def image() -> Iterator[Path]:
    """What the stage `build` copies, and the work of its steps."""
    with tempfile.TemporaryDirectory(prefix="vitrine-", dir="/tmp") as folder:
        app = Path(folder) / "app"
        app.mkdir()
        (app / ".venv").symlink_to(BIN.parent)
        (app / "node_modules").symlink_to(ROOT / "node_modules")
        for step in steps("build"):
            if step.word == "COPY":
                *sources, target = step.rest.split()
                for source in sources:
                    copy(ROOT / source, app / target / source if target == "./" else app / target)
            if step.word == "RUN" and "pip install" not in step.rest:
                run(step.rest.replace("/tmp/node", f"{folder}/node"), app)
        yield app


def copy(source: Path, target: Path) -> None:
    """As COPY does, without what .dockerignore keeps out."""
    for path in [source] if source.is_file() else sorted(source.rglob("*")):
        if path.is_file() and let_in(str(path.relative_to(ROOT))):
            place = target / path.relative_to(source) if source.is_dir() else target
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)


def run(line: str, app: Path, **more: str) -> str:
    path = f"{BIN}:{os.environ['PATH']}"
    own = {"PATH": path, "HOME": str(app.parent), "LANG": "C.UTF-8"} | more
    done = subprocess.run(["sh", "-ec", line], cwd=app, env=own, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_built_and_serves(image: Path) -> None:
    assert not [
        path
        for path in image.rglob("tests")
        if ".venv" not in path.parts and "node_modules" not in path.parts
    ]
    own = {name: moved(value, image) for name, value in image_environment("site").items()}
    own |= {name: secrets.token_urlsafe(64) for name in ("VITRINE_SECRET_KEY", "VITRINE_JWT_SIGNING_KEY")}
    own |= {"VITRINE_ALLOWED_HOSTS": "site.example", "VITRINE_BEHIND_TLS_PROXY": "true", "WORKERS": "1"}
    own |= {"DATABASE_URL": f"sqlite:///{image.parent}/db.sqlite3", "PATH": os.environ["PATH"]}
    run(".venv/bin/python manage.py migrate -v 0", image, **own)
    with (image.parent / "log").open("wb") as log:
        server = subprocess.Popen(
            command("site"), cwd=image, env=own, stdout=log, stderr=log, start_new_session=True
        )
    try:
        health = [moved(word, image) for word in command("site", "HEALTHCHECK")]
        run(" ".join([*health, "--patience", "60"]), image, **own)
        for path in ("/", "/api/docs", "/admin/login/"):  # with the files of pages that were collected
            run(f".venv/bin/python deploy/ask.py {own['SOCKET']} {path}", image, **own)
        server.terminate()
        assert server.wait(60) == 0
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)


def moved(text: str, image: Path) -> str:
    at = {
        "/srv/vitrine/app": image,
        "/srv/vitrine/media": image.parent / "media",
        "/run/vitrine": image.parent,
    }
    for there, here in at.items():
        text = text.replace(there, str(here))
    return text
