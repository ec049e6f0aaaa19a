"""A name server on loopback, for whoever is told its port: every name leads to one address."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from socket import inet_aton

_ASKS_FOR_IPV4 = b"\x00\x01"


@dataclass
class Names:
    """`address` is what is answered from now on; empty: there is no such name."""

    address: str
    port: int = 0

    def answer(self, asked: bytes) -> bytes:
        """A message of RFC 1035 to another one that asks a single question."""
        end = asked.index(b"\0", 12) + 5  # the name, then its type and class
        known = bool(self.address) and asked[end - 4 : end - 2] == _ASKS_FOR_IPV4
        said = b"\x81\x80" if self.address else b"\x81\x83"
        counts = b"\0\1" + (b"\0\1" if known else b"\0\0") + b"\0\0\0\0"
        # The same name, an IPv4 address, good for ten minutes.
        record = b"\xc0\x0c\0\1\0\1\0\0\x02\x58\0\4" + inet_aton(self.address) if known else b""
        return asked[:2] + said + counts + asked[12:end] + record


@contextmanager
def names(address: str) -> Iterator[Names]:
    found = Names(address)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked, line = self.request
            line.sendto(found.answer(asked), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler) as server:
        found.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield found
        finally:
            server.shutdown()
