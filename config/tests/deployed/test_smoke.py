"""The whole site, started by what deploy/ says alone, keeps every promise of API.md through nginx and TLS."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from config.tests.deployed.by_compose import by_compose
from config.tests.deployed.by_units import by_units
from config.tests.deployed.contract import Recorder, contract
from config.tests.deployed.sections.accounts import accounts
from config.tests.deployed.sections.cast import Cast
from config.tests.deployed.sections.errors import errors
from config.tests.deployed.sections.files import files
from config.tests.deployed.sections.gigs import buddies, gigs
from config.tests.deployed.sections.service import service
from config.tests.deployed.sections.visibility import visibility
from config.tests.deployed.sites import Site
from config.tests.front import NGINX

pytestmark = [
    pytest.mark.fleet,
    pytest.mark.service,
    pytest.mark.shared,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate"),
]
# Each section of API.md, in an order in which one may build on what those before it made.
SECTIONS: dict[str, Callable[[Cast], None]] = {
    "Accounts": accounts,
    "Files": files,
    "Gigs": gigs,
    "Buddies": buddies,
    "Who may see a file": visibility,
    "Errors": errors,
    "Service": service,
}
# Nothing is away here; what is answered then: test_nginx_questions.py, test_postgres_stopped.py.
NOT_HERE = {"unavailable"}
HSTS = "max-age=31536000; includeSubDomains; preload"


def safe(answer: httpx.Response) -> None:
    """What holds for every answer whatsoever, also of those that nginx gives itself."""
    said = f"{answer.request.method} {answer.request.url.path}: {answer.status_code}"
    assert answer.headers["strict-transport-security"] == HSTS, said
    assert answer.status_code == 304 or answer.headers["x-content-type-options"] == "nosniff", said
    for cookie in answer.headers.get_list("set-cookie"):
        assert {"Secure", "Path=/"} <= {part.strip() for part in cookie.split(";")}, said
        assert "SameSite=Lax" in cookie, said
    assert not [name for name in answer.headers if name.startswith(("x-accel", "x-vitrine", "x-amz"))], said


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("start", [by_units, by_compose])
def test_every_section_of_the_contract_holds(
    start: Callable[[], AbstractContextManager[Site]], shared: Path
) -> None:
    promised = contract(shared / "API.md")
    assert set(promised.sections) == set(SECTIONS)
    recorder = Recorder(promised.calls, checks=[safe])
    with start() as site:
        cast = Cast(site, recorder, shared)
        for section in SECTIONS.values():
            section(cast)
        logs = {name: site.machine.log(name) for name in site.machine.processes}
    assert promised.calls - recorder.seen == set()
    assert promised.codes - recorder.codes == NOT_HERE
    assert not {name: log for name, log in logs.items() if "Traceback" in log}
