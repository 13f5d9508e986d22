"""ClamAV's daemon, by its INSTREAM command (clamd(8)): the bytes go over a socket, so the daemon
needs no share of our files. What it cannot answer for is never called clean."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings

CHUNK = 128 * 1024
SECONDS_TO_CONNECT = 5
SECONDS_TO_ANSWER = 60
# Whoever asks how things are does not wait for what is not there.
SECONDS_TO_SHOW_ITSELF = 1
LONGEST_REPLY = 4096


class ScannerAway(Exception):
    """A scanner is configured and gives no answer; nothing passes meanwhile."""


class Infected(Exception):
    """It found something; the words are the name of what."""


class NotScannable(Exception):
    """More bytes than the daemon takes (StreamMaxLength in its configuration)."""


@dataclass(frozen=True)
class Scanner:
    """tcp://host:3310 or unix:///run/clamav/clamd.ctl."""

    address: str

    def version(self) -> str:
        """Like `ClamAV 1.4.3/27800/Fri Nov 20 09:33:01 2026`. Raises ScannerAway."""
        with self.talking() as connection:
            connection.sendall(b"zVERSION\0")
            return reply_of(connection)

    def is_there(self) -> bool:
        """Whether it answers, and soon. Raises ScannerAway."""
        with self.talking(connect=SECONDS_TO_SHOW_ITSELF, answer=SECONDS_TO_SHOW_ITSELF) as said:
            said.sendall(b"zPING\0")
            return reply_of(said) == "PONG"

    def look_at(self, file: IO[bytes]) -> None:
        """Returns if nothing was found. Raises Infected, NotScannable, ScannerAway."""
        file.seek(0)
        with self.talking() as connection:
            try:
                connection.sendall(b"zINSTREAM\0")
                while chunk := file.read(CHUNK):
                    connection.sendall(struct.pack("!L", len(chunk)) + chunk)
                connection.sendall(struct.pack("!L", 0))
            except (BrokenPipeError, ConnectionResetError):
                pass  # it had enough, and has said why
            reply = reply_of(connection)
        if reply.endswith("FOUND"):
            raise Infected(reply.removeprefix("stream: ").removesuffix(" FOUND"))
        if "size limit exceeded" in reply:
            raise NotScannable
        if reply != "stream: OK":
            raise ScannerAway(reply[:200])

    @contextmanager
    def talking(
        self, *, connect: int = SECONDS_TO_CONNECT, answer: int = SECONDS_TO_ANSWER
    ) -> Iterator[socket.socket]:
        try:
            with connected(self.address, timeout=connect) as connection:
                connection.settimeout(answer)
                yield connection
        except OSError as error:
            raise ScannerAway(str(error)) from error


def connected(address: str, *, timeout: int) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme != "unix":
        where = (parts.hostname or "localhost", parts.port or 3310)
        return socket.create_connection(where, timeout=timeout)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(timeout)
    try:
        connection.connect(parts.path)
    except OSError:
        connection.close()
        raise
    return connection


def reply_of(connection: socket.socket) -> str:
    reply = b""
    while not reply.endswith(b"\0") and len(reply) < LONGEST_REPLY:
        received = connection.recv(LONGEST_REPLY)
        if not received:
            break
        reply += received
    if not reply.endswith(b"\0"):
        raise ScannerAway("It hung up before it had answered.")
    return reply.rstrip(b"\0\n").decode(errors="replace")


def configured_scanner() -> Scanner | None:
    return Scanner(settings.CLAMAV_URL) if settings.CLAMAV_URL else None
