#!/usr/bin/python3
"""Stands in for systemctl where systemd does not run, as in a chroot: does what the units say, without their sandbox.

Knows what docs/deploy.md uses: start, stop, restart and reload of units in /etc/systemd/system, enable and disable
with --now, is-active, and daemon-reload. Units that are not there, as Debian's own, are left to `service`. Timers
never go off.
"""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

UNITS, STATE = Path("/etc/systemd/system"), Path("/run/systemctl-tryout")
_TARGET = "vitrine.target"


@dataclass(frozen=True)
class Unit:
    """A unit file as it holds for one instance."""

    name: str
    said: dict[str, list[str]]

    def one(self, key: str, default: str = "") -> str:
        return self.said[key][-1] if key in self.said else default

    @property
    def process(self) -> Path:
        return STATE / f"{self.name}.pid"

    @property
    def pid(self) -> int:
        """Of its main process; 0 where it does not run."""
        try:
            pid = int(self.process.read_text())
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
        except (OSError, ValueError):
            return 0
        return 0 if state in "ZX" else pid


def unit(name: str) -> Unit | None:
    """None where there is no such file."""
    stem, _, kind = name.rpartition(".")
    template, at, instance = stem.partition("@")
    path = UNITS / f"{template}{at}.{kind}"
    if not path.exists():
        return None
    said: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text().splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            said[key].append(value.replace("%i", instance))
    return Unit(name, dict(said))


def environment(of: Unit) -> dict[str, str]:
    found = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    for path in of.said.get("EnvironmentFile", ()):
        lines = (line.strip() for line in Path(path).read_text().splitlines())
        found |= dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    for line in of.said.get("Environment", ()):
        found |= dict(word.split("=", 1) for word in shlex.split(line))
    return found


def words(of: Unit, command: str) -> list[str]:
    """A command as the unit's account, with the capabilities that it is to have."""
    user = of.one("User", "root")
    caps = ",".join(f"+{name.lower().removeprefix('cap_')}" for name in of.one("AmbientCapabilities").split())
    given = [f"--inh-caps={caps}", f"--ambient-caps={caps}"] if caps else []
    became = ["setpriv", f"--reuid={user}", f"--regid={of.one('Group', user)}", "--init-groups", *given]
    return [*became, *shlex.split(command.replace("$MAINPID", str(of.pid)))]


def folders(of: Unit) -> None:
    user, group = of.one("User", "root"), of.one("Group", "root")
    for key, root in (("RuntimeDirectory", "/run"), ("StateDirectory", "/var/lib")):
        for name in of.one(key).split():
            mode = of.one(f"{key}Mode", "0755")
            subprocess.run(
                ["install", "-d", "-o", user, "-g", group, "-m", mode, f"{root}/{name}"], check=True
            )


def start(name: str) -> None:
    of = unit(name)
    if of is None:
        subprocess.run(["service", name.removesuffix(".service"), "start"], check=True)
    elif name.endswith(".target"):
        for wanted in " ".join(of.said["Wants"]).split():
            if wanted.startswith("vitrine"):
                start(wanted)
    elif name.endswith(".timer"):
        assert unit(name.replace(".timer", ".service")), f"{name} has nothing to start"
    elif not of.pid:
        folders(of)
        run(of)


def run(of: Unit) -> None:
    own, kind = environment(of), of.one("Type", "simple")
    log = (STATE / f"{of.name}.log").open("ab")
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    if kind == "notify":
        address = STATE / f"{of.name}.notify"
        address.unlink(missing_ok=True)
        told.bind(str(address))
        address.chmod(0o666)
        own["NOTIFY_SOCKET"] = str(address)
    process = subprocess.Popen(
        words(of, of.one("ExecStart")),
        env=own, cwd=of.one("WorkingDirectory", "/"), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        start_new_session=True,
    )  # fmt: skip
    if kind == "oneshot":
        sys.exit(f"{of.name} failed: {log.name}") if process.wait() else None
        return
    of.process.write_text(str(process.pid))
    if kind == "notify":
        told.settimeout(float(of.one("TimeoutStartSec", "90")))
        while b"READY=1" not in told.recv(4096):
            pass
    time.sleep(1)
    sys.exit(f"{of.name} ended at once: {log.name}") if process.poll() is not None else None


def stop(name: str) -> None:
    of = unit(name)
    if of is None:
        subprocess.run(["service", name.removesuffix(".service"), "stop"], check=True)
        return
    if name == _TARGET:
        for path in sorted(STATE.glob("*.pid")):
            part = unit(path.name.removesuffix(".pid"))
            if part is not None and _TARGET in part.said.get("PartOf", ()):
                stop(part.name)
    pid = of.pid
    if not pid:
        return
    told = signal.Signals[of.one("KillSignal", "SIGTERM")]
    os.kill(pid, told) if of.one("KillMode") == "mixed" else os.killpg(pid, told)
    limit = time.monotonic() + float(of.one("TimeoutStopSec", "90"))
    while of.pid and time.monotonic() < limit:
        time.sleep(0.1)
    if of.pid:
        os.killpg(pid, signal.SIGKILL)
        sys.exit(f"{name} did not end when it was told to")


def reload(name: str) -> None:
    of = unit(name)
    assert of is not None, name
    assert of.pid, f"{name} does not run"
    command = words(of, of.one("ExecReload"))
    subprocess.run(command, env=environment(of), cwd=of.one("WorkingDirectory", "/"), check=True)


def is_active(name: str) -> None:
    of = unit(name)
    if of is None or not of.pid:
        sys.exit(3)


def main() -> None:
    STATE.mkdir(mode=0o755, exist_ok=True)
    verb, *rest = sys.argv[1:]
    names = [word for word in rest if not word.startswith("-")]
    doors = {
        "start": [start],
        "stop": [stop],
        "restart": [stop, start],
        "reload": [reload],
        "is-active": [is_active],
        "daemon-reload": [],
    }
    if "--now" in rest:
        doors |= {"enable": [start], "disable": [stop]}
    for name in names:
        for door in doors[verb]:
            door(name if "." in name else f"{name}.service")


if __name__ == "__main__":
    main()
