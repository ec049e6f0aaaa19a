"""Servers for tests that keep their connections, answer every method alike, or end without an answer."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Backend:
    """What came to it: its connections, and the requests on them."""

    port: int
    answers: bool
    lacks: bytes = b"-"  # where a path begins so, it answers 404
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)

    def serve(self, connection: socket.socket) -> None:
        with connection, suppress(ConnectionError):
            while data := connection.recv(65536):
                if b" /healthz " in data.partition(b"\r\n")[0]:
                    connection.sendall(_ANSWER)
                    return  # a question of the test's own
                self.requests.append(data)
                if not self.answers:
                    return
                lacks = data.split(b" ", 2)[1].startswith(self.lacks)
                connection.sendall(_ANSWER.replace(b"200 OK", b"404 Not Found") if lacks else _ANSWER)

    def count(self, method: str) -> int:
        return len([data for data in self.requests if data.startswith(method.encode() + b" ")])


@contextmanager
def backend(port: int = 0, *, answers: bool = True) -> Iterator[Backend]:
    """A server at this port, or at any; one that does not answer reads a request and ends the connection."""
    with socket.create_server(("127.0.0.1", port)) as server:
        at = Backend(server.getsockname()[1], answers)

        def work() -> None:
            with suppress(OSError):  # the end of the test
                while True:
                    connection, _ = server.accept()
                    at.connections += 1
                    threading.Thread(target=at.serve, args=[connection], daemon=True).start()

        threading.Thread(target=work, daemon=True).start()
        try:
            yield at
        finally:
            server.shutdown(socket.SHUT_RDWR)
