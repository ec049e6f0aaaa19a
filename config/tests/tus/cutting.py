"""A door to several servers whose connections break off, each after a number of bytes that a seed decides."""

import random
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle

_PART = 16 * 1024


class CuttingProxy:
    """Passes each connection on to the next of the servers, by their ports, and cuts it.

    The bytes of both directions count: answers are lost as bodies are. `cuts` counts them.
    """

    def __init__(self, targets: Sequence[int], *, seed: int, at_most: int) -> None:
        self.cuts = 0
        self._targets, self._random, self._at_most = cycle(targets), random.Random(seed), at_most
        self._lock = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                with self._lock:
                    target, budget = next(self._targets), self._random.randint(1, self._at_most)
                server = socket.create_connection(("127.0.0.1", target))
                _Connection(self, client, server, budget).start()

    def count(self) -> None:
        with self._lock:
            self.cuts += 1


class _Connection:
    def __init__(
        self, proxy: CuttingProxy, client: socket.socket, server: socket.socket, budget: int
    ) -> None:
        self._proxy, self._client, self._server, self._budget = proxy, client, server, budget
        self._lock = threading.Lock()

    def start(self) -> None:
        for source, target in ((self._client, self._server), (self._server, self._client)):
            threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(_PART):
                allowed = self._spend(len(data))
                target.sendall(data[:allowed])
                if allowed < len(data):
                    self._proxy.count()
                    break
        self._close()

    def _spend(self, number: int) -> int:
        with self._lock:
            allowed = min(number, self._budget)
            self._budget -= allowed
            return allowed

    def _close(self) -> None:
        for end in (self._client, self._server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
