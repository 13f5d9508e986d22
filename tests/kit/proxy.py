"""A wire to PostgreSQL that breaks where it hurts: after something was sent, and before its answer
comes back. Whether it was carried out nobody who asked can know."""

import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from ticketing.local.ports import HOST

AT_ONCE = 65_536
COMMIT = "COMMIT"


@dataclass(frozen=True)
class Cut:
    """Where a wire breaks."""

    at: bytes = COMMIT.encode()
    """What the server says once it has carried it out."""
    is_carried_out: bool = True
    """Else it is not even passed on."""


@dataclass
class Wire:
    to: tuple[str, int]
    where: Callable[[bytes], Cut | None] = lambda _said: None
    """Given all that a client said since its last commit, and now."""
    cuts: int = 0
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def cut_once(self, *, after: str, at: str = COMMIT, is_carried_out: bool = True) -> None:
        """At the next commit, or other word, once this was said."""
        wanted, cut = after.encode(), Cut(at.encode(), is_carried_out)

        def where(said: bytes) -> Cut | None:
            if wanted not in said or (at == COMMIT and not ends_transaction(said)):
                return None
            self.where = lambda _said: None
            return cut

        self.where = where

    def serve(self, listener: socket.socket) -> None:
        with suppress(OSError):  # closed: the end
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def carry(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(self.to) as server:
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.talk(client, server)

    def talk(self, client: socket.socket, server: socket.socket) -> None:
        said, cut = b"", None
        while True:
            for one in select.select([client, server], [], [])[0]:
                got = one.recv(AT_ONCE)
                if not got:
                    return
                if one is client:
                    said += got
                    cut = self.asked(said)
                    if ends_transaction(said):
                        said = b""
                    if cut is None or cut.is_carried_out:
                        server.sendall(got)
                        continue
                if cut is None:
                    client.sendall(got)
                elif one is client or cut.at in got:
                    self.count()
                    return

    def asked(self, said: bytes) -> Cut | None:
        with self.lock:
            return self.where(said)

    def count(self) -> None:
        with self.lock:
            self.cuts += 1


def ends_transaction(said: bytes) -> bool:
    return said.endswith((b"COMMIT\0", b"ROLLBACK\0"))


@contextmanager
def wire(port: int) -> Iterator[Wire]:
    """A wire to the server at this port of ours."""
    with socket.create_server((HOST, 0), backlog=256) as listener:
        made = Wire((HOST, port), port=listener.getsockname()[1])
        threading.Thread(target=made.serve, args=(listener,), daemon=True).start()
        yield made
        listener.shutdown(socket.SHUT_RDWR)
