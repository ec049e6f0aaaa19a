"""deploy/roll.sh on a site that a test started: its RESTART asks the test, which has the processes."""

import os
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.tests.deployed.machine import Machine
from config.tests.live import BIN, ROOT

_ASKING = """
import socket, sys
with socket.socket(socket.AF_UNIX) as asked:
    asked.connect(sys.argv[1])
    asked.sendall(sys.argv[2].encode() + b"\\n")
    answer = asked.makefile().readline()
sys.exit(answer.strip() or 0)
"""


@contextmanager
def restarter(at: Machine) -> Iterator[str]:
    """A command that restarts the service whose name it is given, as `systemctl restart` does."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            try:
                at.restart(self.rfile.readline().decode().strip())
                self.wfile.write(b"\n")
            except BaseException as error:
                self.wfile.write(f"{error!r}\n".encode())

    script, place = at.home / "restart.py", at.home / "restart.sock"
    script.write_text(_ASKING)
    place.unlink(missing_ok=True)
    with socketserver.ThreadingUnixStreamServer(str(place), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"{sys.executable} {script} {place}"
        finally:
            server.shutdown()


def roll(at: Machine, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """roll.sh for the units of this machine."""
    with restarter(at) as restart:
        sockets = at.moved("/run/vitrine/web-%s/socket")
        own = {"BIN": str(BIN), "RESTART": restart, "SOCKETS": sockets, "VITRINE_ALLOWED_HOSTS": "127.0.0.1"}
        script = [str(Path(ROOT) / "deploy/roll.sh"), *words]
        return subprocess.run(
            script, env=os.environ | own | settings, capture_output=True, text=True, timeout=300
        )
