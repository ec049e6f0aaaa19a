"""The socket on which a service tells systemd that it is ready; and what it waits for in answer."""

import os
import socket
import subprocess
import time
from pathlib import Path


class Notices:
    """NOTIFY_SOCKET of one service."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self.path, self._socket = path, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))

    def is_ready(self, seconds: float, process: subprocess.Popen[bytes]) -> bool:
        """Whether READY=1 comes within this time, and while the process lives."""
        limit = time.monotonic() + seconds
        self._socket.settimeout(0.2)
        while time.monotonic() < limit and process.poll() is None:
            try:
                data, handles, _, _ = socket.recv_fds(self._socket, 4096, 4)
            except TimeoutError:
                continue
            for handle in handles:  # a barrier: whoever sent it waits until it is closed
                os.close(handle)
            if b"READY=1" in data.split(b"\n"):
                self._pass_barrier()
                return True
        return False

    def _pass_barrier(self) -> None:
        try:
            for handle in socket.recv_fds(self._socket, 4096, 4)[1]:
                os.close(handle)
        except TimeoutError:
            return

    def close(self) -> None:
        self._socket.close()
        self.path.unlink(missing_ok=True)
