"""A site for the browser: a server and a worker, with static files as in production."""

import itertools
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.sync_api import Page

from config.tests.collected import collect_once
from config.tests.live import ROOT, LiveServer, installation
from users.tests.factories import PASSWORD

_HIRE = """
from users.models import User
User.objects.filter(username={name!r}).update(is_staff=True, is_superuser=True)
"""


@dataclass
class Person:
    """Somebody registered, with a client that calls the API in their name."""

    name: str
    password: str
    api: httpx.Client

    def upload(self, picture: bytes, *, category: str = "general", alt_text: str = "") -> str:
        """Stores a picture by the API; returns its file_id."""
        sent = {"file": ("picture.jpg", picture)}
        answer = self.api.post(f"/api/upload/{category}", files=sent, data={"alt_text": alt_text})
        return str(answer.raise_for_status().json()["file_id"])


@dataclass
class Site:
    """The running site; people who join it have names that nobody had before."""

    server: LiveServer
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def url(self) -> str:
        return self.server.url

    def join(self, name: str = "person") -> Person:
        """Registers somebody whose name begins with `name`."""
        name = f"{name}{next(self._numbers)}"
        return Person(name, PASSWORD, self.server.sign_up(name))

    def hire(self, name: str = "staff") -> Person:
        """Registers somebody of the staff, with every permission."""
        person = self.join(name)
        self.server.manage("shell", "-c", _HIRE.format(name=person.name))
        return person

    def sign_in(self, page: Page, person: Person, *, door: str = "/login") -> None:
        """Gives the page's context the person's session: sends the form at `door` without loading a page."""
        client = page.context.request
        assert client.get(self.url + door).ok, f"no form at {door}"
        token = next(c["value"] for c in page.context.cookies(self.url) if c["name"] == "csrftoken")
        secret: dict[str, str | float | bool] = {
            "username": person.name,
            "password": person.password,
            "csrfmiddlewaretoken": token,
        }
        client.post(self.url + door, form=secret, max_redirects=0)
        names = [cookie["name"] for cookie in page.context.cookies(self.url)]
        assert "sessionid" in names, f"{person.name} was not let in at {door}"


@contextmanager
def running(home: Path, static: Path, **settings: str) -> Iterator[Site]:
    """A site in the folder `home`, with static files collected in `static` once for all who share them."""
    with installation(home, VITRINE_STATIC_ROOT=str(static), **settings) as server:
        collect_once(server, static)
        server.start()
        log = (home / "worker.log").open("ab")
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "worker"], cwd=ROOT, env=server.environment, stdout=log, stderr=log
        )
        try:
            yield Site(server)
        finally:
            worker.terminate()
            worker.wait(20)
