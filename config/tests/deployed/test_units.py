"""The units of deploy/systemd: systemd finds no fault with them, they name what is there, and are locked in."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from config.tests.deployed.units import UNITS, unit, variables
from config.tests.live import ROOT

SERVICES = ["web@a", "worker@1", "nginx", "migrate", "backup", "fsck"]
TIMERS = ["backup", "fsck"]
# By systemd's own measure, 0 (locked in) to 10; what is left is the network, sockets and limits of decoders.
MOST_EXPOSED = 1.8
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def analyze(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(["systemd-analyze", *words], cwd=cwd, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """The units, for a machine on which the code lies where it lies here: commands are looked for."""
    for path in UNITS.glob("vitrine*"):
        text = path.read_text().replace("/srv/vitrine/app/.venv/bin/python", "/usr/bin/env python")
        (tmp_path / path.name).write_text(text.replace("/srv/vitrine/app", str(ROOT)))
    return tmp_path


@needs_systemd
def test_systemd_finds_no_fault(copies: Path) -> None:
    names = [f"vitrine-{name}.service" for name in SERVICES] + [f"vitrine-{name}.timer" for name in TIMERS]
    done = analyze("verify", "--man=no", *names, "vitrine.target", cwd=copies)
    assert not [line for line in done.stderr.splitlines() if "vitrine" in line]


@needs_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_locked_in(copies: Path, name: str) -> None:
    path = re.sub(r"@.*", "@", f"./vitrine-{name}") + ".service"
    said = analyze("security", "--offline=true", "--no-pager", path, cwd=copies).stdout
    [score] = re.findall(r"exposure level for \S+ ([\d.]+)", said)
    assert float(score) <= MOST_EXPOSED, said


@pytest.mark.parametrize("name", ["nginx", "web@a", "worker@1"])
def test_what_serves_is_tried_for_as_long_as_something_keeps_it_from_starting(name: str) -> None:
    found = unit(f"vitrine-{name}.service")
    assert (found.one("Restart"), found.one("StartLimitIntervalSec", "Unit")) == ("always", "0")


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_is_root_or_gets_more_rights(name: str) -> None:
    found = unit(f"vitrine-{name}.service")
    assert (found.one("User"), found.one("NoNewPrivileges"), found.one("ProtectSystem")) == (
        "vitrine",
        "yes",
        "strict",
    )
    ports = ["CAP_NET_BIND_SERVICE"] if name == "nginx" else [""]
    assert found.all("CapabilityBoundingSet") == found.all("AmbientCapabilities") == ports
    assert found.one("MemoryMax")


@pytest.mark.parametrize("name", SERVICES)
def test_commands_are_there_and_can_be_run(name: str) -> None:
    found = unit(f"vitrine-{name}.service")
    for line in [*found.all("ExecStart"), *found.all("ExecReload")]:
        path = Path(line.split()[0].replace("/srv/vitrine/app", str(ROOT)))
        assert path.stat().st_mode & 0o111, line


@pytest.mark.parametrize("name", SERVICES)
def test_nginx_alone_goes_without_the_sites_secrets(name: str) -> None:
    files = unit(f"vitrine-{name}.service").all("EnvironmentFile")
    assert files == ["/etc/vitrine/nginx.env" if name == "nginx" else "/etc/vitrine/env"]


def test_folders_that_are_written_to_are_made() -> None:
    made = {line.split()[1] for line in (UNITS / "tmpfiles.conf").read_text().splitlines() if line[0] == "d"}
    for name in SERVICES:
        for line in unit(f"vitrine-{name}.service").all("ReadWritePaths"):
            assert {path.lstrip("-") for path in line.split()} <= made


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "nginx"])
def test_whatever_runs_the_code_may_count_where_the_example_has_it_counted(name: str) -> None:
    """The folder is opened when the code is loaded: where that is refused nothing starts."""
    [folder] = re.findall(
        r"^#?VITRINE_METRICS_DIR=(.+)$", (ROOT / "deploy/env.example").read_text(), re.MULTILINE
    )
    assert f"-{folder}" in unit(f"vitrine-{name}.service").one("ReadWritePaths").split()


def test_the_target_wants_what_is_there() -> None:
    wanted = [word for line in unit("vitrine.target").all("Wants", "Unit") for word in line.split()]
    own = [name for name in wanted if name.startswith("vitrine")]
    assert {"vitrine-web@a.service", "vitrine-web@b.service", "vitrine-nginx.service"} <= set(own)
    for name in own:
        assert unit(name).settings


def test_nginx_finds_the_sockets_of_the_web_servers() -> None:
    front = variables((ROOT / "deploy/nginx.env.example").read_text())
    servers = [unit(f"vitrine-web@{one}.service") for one in "ab"]
    assert front["UPSTREAM"].split() == [f"unix:{one.environment()['SOCKET']}" for one in servers]
    for one in servers:
        assert one.environment()["SOCKET"].startswith(f"/run/{one.one('RuntimeDirectory')}/")


def test_examples_hold_no_secret_and_agree_with_each_other() -> None:
    site = variables((ROOT / "deploy/env.example").read_text())
    front = variables((ROOT / "deploy/nginx.env.example").read_text())
    assert [name for name, value in site.items() if not value] == [
        "VITRINE_SECRET_KEY",
        "VITRINE_JWT_SIGNING_KEY",
    ]
    assert int(front["MAX_BODY"]) == int(site["VITRINE_MAX_FILE_SIZE"]) + 1024 * 1024
    assert front["MEDIA"] == site["VITRINE_MEDIA_ROOT"]
    assert site["DJANGO_SETTINGS_MODULE"] == "config.settings.production"


def test_every_setting_of_the_example_is_one() -> None:
    """A name that nobody reads would be believed to do something."""
    example = (ROOT / "deploy/env.example").read_text()
    names = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))
    read = "".join(path.read_text() for path in (ROOT / "config/settings").glob("*.py"))
    compose = (ROOT / "deploy/compose.yaml").read_text()
    for name in names - {"DJANGO_SETTINGS_MODULE"}:
        assert f'"{name}"' in read or f"${{{name}" in compose, name
