"""deploy/Dockerfile, .dockerignore and compose.yaml agree with each other, and let nothing secret into an image."""

import fnmatch
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from config.tests.deployed.containers import command, image_environment, services, steps
from config.tests.deployed.units import unit, variables
from config.tests.live import ROOT

FILLED_IN = {
    "POSTGRES_PASSWORD": "for-the-database",
    "VITRINE_S3_ACCESS_KEY": "access-of-s3",
    "VITRINE_S3_SECRET_KEY": "secret-of-s3",
}
ONCE = {"backup": "vitrine-backup.service", "check": "vitrine-fsck.service"}
OURS = ["web-a", "web-b", "worker-1", "worker-2", "migrate", "bucket", *ONCE]


@pytest.fixture
def found() -> dict[str, Any]:
    return services(FILLED_IN)


def let_in(path: str) -> bool:
    """Whether .dockerignore lets a file of the project into a build: its last line that fits decides."""
    kept = True
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if line and not line.startswith("#"):
            pattern = line.removeprefix("!")
            parts = path.split("/")
            heads = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
            if any(_fits(head, pattern) for head in heads):
                kept = line.startswith("!")
    return kept


def _fits(path: str, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch.fnmatchcase(path.rpartition("/")[2], pattern[3:])
    return path.count("/") == pattern.count("/") and fnmatch.fnmatchcase(path, pattern)


@pytest.mark.parametrize(
    "path",
    [
        *("db.sqlite3", "media/uploads/a.jpg", "var/secret-key", ".git/config", ".env", "deploy/env"),
        *("deploy/tls/privkey.pem", "config/.env.production", "deploy/nginx.env", "config/tests/live.py"),
        *("deploy/other.key", "node_modules/x.js", ".venv/bin/python", "uploads_app/old.sqlite3"),
    ],
)
def test_what_is_not_for_an_image_stays_out(path: str) -> None:
    assert not let_in(path)


def test_all_that_is_copied_is_there_and_let_in() -> None:
    for step in (step for step in steps() if step.word == "COPY" and "--from" not in step.rest):
        for source in step.rest.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert let_in(source), source


def test_all_code_gets_into_the_image() -> None:
    """What git has, but tests and what is only for development."""
    copied = [source for step in steps("build") if step.word == "COPY" for source in step.rest.split()[:-1]]
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for path in listed.splitlines():
        if path.endswith((".py", ".html", ".js", ".css")) and let_in(path) and "conftest" not in path:
            assert any(path == one or path.startswith(f"{one}/") for one in copied), path


def test_no_secret_is_in_the_image() -> None:
    for step in steps():
        assert step.word not in ("ARG", "ENV") or not re.search(r"SECRET|PASSWORD|TOKEN|_KEY", step.rest), (
            step
        )


def test_nothing_runs_as_root(found: dict[str, Any]) -> None:
    for stage in ("site", "nginx"):
        users = [step.rest for step in steps(stage) if step.word == "USER"]
        assert users == ["vitrine"]
    for name in [*OURS, "nginx"]:
        service = found[name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "user" not in service
        assert "privileged" not in service


def test_base_images_are_pinned(found: dict[str, Any]) -> None:
    [base] = [step.rest.partition("=")[2] for step in steps() if step.word == "ARG"]
    theirs = {name: service["image"] for name, service in found.items() if "build" not in service}
    assert {"postgres", "redis", "s3"} <= set(theirs)
    for image in [base, *theirs.values()]:
        assert re.fullmatch(r"[\w./-]+:\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?", image), image


def test_health_checks_ask_where_the_server_listens(found: dict[str, Any]) -> None:
    assert command("site", "HEALTHCHECK")[2] == image_environment("site")["SOCKET"]
    for name in ("web-a", "web-b"):
        assert found[name]["healthcheck"]["test"][3] == found[name]["environment"]["SOCKET"]
    sockets = [f"unix:{found[name]['environment']['SOCKET']}" for name in ("web-a", "web-b")]
    assert found["nginx"]["environment"]["UPSTREAM"].split() == sockets


@pytest.mark.parametrize("name", ONCE)
def test_what_timers_start_runs_once_by_the_same_words_and_never_by_itself(
    found: dict[str, Any], name: str
) -> None:
    service = found[name]
    assert service["profiles"]
    assert service["restart"] == "no"
    assert "migrate" not in service["depends_on"]
    words = unit(ONCE[name]).one("ExecStart").replace("/srv/vitrine/app/", "").split()
    assert service["command"] == words


def test_backups_go_where_something_is_mounted(found: dict[str, Any]) -> None:
    folder = found["backup"]["command"][1]
    assert f"backups:{folder}" in found["backup"]["volumes"]
    elsewhere = services(FILLED_IN | {"BACKUPS": "/mnt/disk"})["backup"]
    assert f"/mnt/disk:{folder}" in elsewhere["volumes"]
    [made] = [step.rest for step in steps("site") if "install -d" in step.rest]
    assert folder in made


def test_ports_lead_to_where_nginx_listens(found: dict[str, Any]) -> None:
    nginx = found["nginx"]
    inner = {port.rpartition(":")[2] for port in nginx["ports"]}
    listens = {nginx["environment"][name].rpartition(":")[2] for name in ("LISTEN", "PLAIN")}
    [exposed] = [step.rest.split() for step in steps("nginx") if step.word == "EXPOSE"]
    assert inner == listens == set(exposed)
    assert not [name for name, service in found.items() if name != "nginx" and "ports" in service]


def test_secrets_reach_only_who_needs_them(found: dict[str, Any]) -> None:
    for name in ("nginx", "redis"):
        assert not [value for value in FILLED_IN.values() if value in str(found[name])]
        assert "env_file" not in found[name]


def test_every_volume_and_every_service_that_is_waited_for_is_there(found: dict[str, Any]) -> None:
    import yaml

    from config.tests.deployed.containers import COMPOSE

    volumes = set(yaml.safe_load(COMPOSE.read_text())["volumes"])
    for service in found.values():
        named = {volume.partition(":")[0] for volume in service.get("volumes", []) if volume[0] not in "./"}
        assert named <= volumes
        assert set(service.get("depends_on", [])) <= set(found)


@pytest.mark.parametrize("name", [name for name in OURS if name != "bucket"])
def test_whatever_runs_the_code_may_count_where_the_example_has_it_counted(
    found: dict[str, Any], name: str
) -> None:
    """Else it does not even start, since no other folder there can be written to."""
    example = (ROOT / "deploy/env.example").read_text()
    [folder] = re.findall(r"^#?VITRINE_METRICS_DIR=(.+)$", example, re.MULTILINE)
    mounted = [volume.split(":")[-1] for volume in found[name].get("volumes", [])]
    assert any(Path(folder).is_relative_to(place) for place in mounted)


def test_nginx_takes_bodies_as_large_as_the_example_says() -> None:
    front = services(FILLED_IN | {"MAX_BODY": "22020096"})["nginx"]
    assert str(front["environment"]["MAX_BODY"]) == "22020096"
    settings = variables((ROOT / "deploy/env.example").read_text())
    given = int(services(FILLED_IN)["nginx"]["environment"]["MAX_BODY"])
    assert given == int(settings["VITRINE_MAX_FILE_SIZE"]) + 1024 * 1024


def test_the_example_serves_compose_too(found: dict[str, Any]) -> None:
    """Whatever compose needs is in the example, and what compose sets itself it sets right."""
    example = (ROOT / "deploy/env.example").read_text()
    for name in re.findall(r"\$\{(\w+):\?\}", (ROOT / "deploy/compose.yaml").read_text()):
        assert re.search(rf"^#?{name}=", example, re.MULTILINE), name
    settings = variables(example)
    web = found["web-a"]["environment"]
    assert settings["VITRINE_MEDIA_ROOT"] == image_environment("site")["VITRINE_MEDIA_ROOT"]
    assert "for-the-database" in web["DATABASE_URL"]
    assert Path(web["VITRINE_SPOOL_DIR"]).is_relative_to(settings["VITRINE_MEDIA_ROOT"])


def test_what_is_set_is_text(found: dict[str, Any]) -> None:
    """Compose refuses true and false as values of variables."""
    for service in found.values():
        assert {type(value) for value in service.get("environment", {}).values()} <= {str}
