"""Between our processes and PostgreSQL: reads along, and cuts them off at the statement that a test names."""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

# Whether to cut at a statement, given it and those before it in its transaction.
Match = Callable[[str, list[str]], bool]


@dataclass
class Cut:
    """`lost`: the statement is run, and its answer dropped. Otherwise it is not even passed on.

    `act` is what else happens at that moment, as to kill the server.
    """

    match: Match
    lost: bool = False
    act: Callable[[], None] = lambda: None
    fired: threading.Event = field(default_factory=threading.Event)


class DatabaseProxy:
    """Passes connections on to a port of this machine. After a cut it refuses them until `heal`."""

    def __init__(self, target: int) -> None:
        self.statements: list[str] = []
        self._target, self._cut, self._away = target, Cut(lambda *_: False), False
        self._lock = threading.Lock()
        self._sessions: set[_Session] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, cut: Cut) -> Cut:
        """Cuts once, at the next statement that matches."""
        with self._lock:
            self._cut, self.statements = cut, []
        return cut

    def heal(self) -> None:
        """Lets connections through again, and cuts no more."""
        with self._lock:
            self._cut, self._away = Cut(lambda *_: False), False

    def close(self) -> None:
        self._door.close()
        self._sever()

    def meets(self, sql: str, before: list[str]) -> Cut | None:
        """The cut, if this statement is the one. Called for each."""
        with self._lock:
            self.statements.append(sql)
            if self._cut.fired.is_set() or not self._cut.match(sql, before):
                return None
            self._cut.fired.set()
            self._away = True
            return self._cut

    def carry_out(self, cut: Cut) -> None:
        cut.act()
        self._sever()

    def forget(self, session: "_Session") -> None:
        with self._lock:
            self._sessions.discard(session)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                try:
                    if self._away:
                        raise ConnectionRefusedError
                    session = _Session(self, client, socket.create_connection(("127.0.0.1", self._target)))
                except OSError:
                    client.close()
                    continue
                with self._lock:
                    self._sessions.add(session)
                session.start()

    def _sever(self) -> None:
        with self._lock:
            sessions = list(self._sessions)
        for session in sessions:
            session.close()


class _Session:
    def __init__(self, proxy: DatabaseProxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._transaction: list[str] = []
        self._losing: Cut | None = None

    def start(self) -> None:
        for work in (self._up, self._down):
            threading.Thread(target=work, daemon=True).start()

    def close(self) -> None:
        for end in (self._client, self._server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._proxy.forget(self)

    def _up(self) -> None:
        """What our process says, message by message; the first one has no kind."""
        with suppress(OSError, struct.error):
            head = _exactly(self._client, 4)
            self._server.sendall(head + _exactly(self._client, struct.unpack("!I", head)[0] - 4))
            while True:
                head = _exactly(self._client, 5)
                body = _exactly(self._client, struct.unpack("!I", head[1:])[0] - 4)
                if head[:1] in b"QP" and not self._statement(head[:1], body):
                    break
                self._server.sendall(head + body)
        self.close()

    def _statement(self, kind: bytes, body: bytes) -> bool:
        """Whether it is passed on."""
        sql = body.split(b"\0")[0 if kind == b"Q" else 1].decode()
        if not sql:  # asks whether the connection lives
            return True
        cut = self._proxy.meets(sql, self._transaction)
        self._transaction = [] if sql.startswith(("COMMIT", "ROLLBACK")) else [*self._transaction, sql]
        if cut is None:
            return True
        if cut.lost:
            self._losing = cut
            return True
        self._proxy.carry_out(cut)
        return False

    def _down(self) -> None:
        with suppress(OSError):
            while data := self._server.recv(65536):
                if self._losing is not None:  # the answer to what was to be lost: it is done
                    self._proxy.carry_out(self._losing)
                    break
                self._client.sendall(data)
        self.close()


def _exactly(source: socket.socket, number: int) -> bytes:
    found = b""
    while len(found) < number:
        data = source.recv(number - len(found))
        if not data:
            raise ConnectionResetError
        found += data
    return found
