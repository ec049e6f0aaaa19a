"""A machine on which the files of deploy/ are put to use: their paths lead into a folder, their ports to free ones."""

import os
import secrets
import signal
import subprocess
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from config.tests.deployed.notices import Notices
from config.tests.deployed.units import variables
from config.tests.live import BIN, ROOT, free_port
from config.tests.test_production import certificate


@dataclass
class Process:
    """One service that runs."""

    words: list[str]
    environment: dict[str, str]
    stop_signal: signal.Signals
    patience: float  # seconds that it has to end
    starting: float = 0  # seconds that it has to tell that it is ready; 0: it tells nobody
    running: subprocess.Popen[bytes] | None = None


@dataclass
class Machine:
    """`servers` are the settings by which PostgreSQL, Redis and S3 are reached."""

    home: Path
    servers: dict[str, str]
    processes: dict[str, Process] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port, self.plain_port = free_port(), free_port()
        self.folders = {
            name: self.home / name for name in ("media", "run", "nginx", "acme", "backups", "etc", "static")
        }
        for folder in self.folders.values():
            folder.mkdir()
        self.certificate, key = certificate(self.home)
        (self.folders["etc"] / "tls").mkdir()
        (self.folders["etc"] / "tls/fullchain.pem").write_bytes(self.certificate.read_bytes())
        (self.folders["etc"] / "tls/privkey.pem").write_bytes(key.read_bytes())

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def moved(self, text: str) -> str:
        """The same for this machine: paths, ports and the site's name are its own."""
        at = self.folders
        for there, here in {
            "/srv/vitrine/app/.venv/bin": BIN,
            "/srv/vitrine/app/staticfiles": at["static"],
            "/srv/vitrine/app": ROOT,
            "/srv/vitrine/media": at["media"],
            "/run/vitrine": at["run"],
            "/var/lib/vitrine-nginx": at["nginx"],
            "/var/lib/vitrine-acme": at["acme"],
            "/var/backups/vitrine": at["backups"],
            "/etc/vitrine": at["etc"],
            "https://pictures.example.org": self.url,
            "pictures.example.org": "127.0.0.1",
        }.items():
            text = text.replace(there, str(here))
        return text

    def filled_in(self) -> dict[str, str]:
        """deploy/env.example as somebody fills it in who has an S3."""
        text = self.moved((ROOT / "deploy/env.example").read_text())
        lines = [
            line.removeprefix("#") if line.startswith(("#VITRINE_S3", "#VITRINE_METRICS")) else line
            for line in text.splitlines()
        ]
        found = variables("\n".join(lines))
        own = {name: secrets.token_urlsafe(64) for name, value in found.items() if not value}
        return found | own | self.servers | {"VITRINE_STORAGE": "s3"}

    def start(
        self,
        name: str,
        words: list[str],
        environment: dict[str, str],
        stop: str,
        patience: float,
        starting: float = 0,
    ) -> None:
        """Starts a service in a clean environment, as systemd and Docker do. Its output is in a log by its name."""
        inherited = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", "BIN": str(BIN)}
        # What is no setting of the site: our certificate is nobody's, and the code lies with its tests.
        inherited |= {"SSL_CERT_FILE": str(self.certificate), "PYTHONDONTWRITEBYTECODE": "1"}
        process = Process(words, inherited | environment, signal.Signals[stop], patience, starting)
        self.processes[name] = process
        self._run(name, process)

    def _run(self, name: str, process: Process) -> None:
        """As systemd does it: back once the service has told that it is ready, if it is of that kind."""
        if not process.starting:
            self._launch(name, process)
            return
        notices = Notices(self.home / f"{name}.notify")
        process.environment["NOTIFY_SOCKET"] = str(notices.path)
        try:
            assert notices.is_ready(process.starting, self._launch(name, process)), self.log(name)
        finally:
            notices.close()

    def _launch(self, name: str, process: Process) -> subprocess.Popen[bytes]:
        with (self.home / f"{name}.log").open("ab") as log:
            process.running = subprocess.Popen(
                process.words,
                cwd=ROOT,
                env=process.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return process.running

    def run(self, words: list[str], environment: dict[str, str]) -> str:
        """One that ends by itself, and well."""
        inherited = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", "BIN": str(BIN)}
        done = subprocess.run(
            words, cwd=ROOT, env=inherited | environment, capture_output=True, text=True, timeout=250
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def stop(self, name: str) -> int:
        """Asks its main process alone to end, waits, and gives its exit status; kills all of it past its patience."""
        process = self.processes[name]
        assert process.running is not None
        process.running.send_signal(process.stop_signal)
        try:
            return process.running.wait(process.patience)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.running.pid, signal.SIGKILL)

    def restart(self, name: str) -> None:
        assert self.stop(name) == 0, self.log(name)
        self._run(name, self.processes[name])

    def resume(self, name: str) -> None:
        """Starts again what was stopped, or ended by itself."""
        self._run(name, self.processes[name])

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text()

    def stop_all(self) -> None:
        """In any state; the last started first."""
        for name, process in reversed(self.processes.items()):
            if process.running is not None and process.running.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    self.stop(name)


def unique() -> dict[str, str]:
    """A part of the bucket and of Redis that no other test uses."""
    name = f"deployed/{uuid.uuid4()}"
    return {"VITRINE_S3_LOCATION": name, "VITRINE_REDIS_PREFIX": name}
