"""A stand-in for ClamAV's daemon on loopback: it speaks INSTREAM as clamd(8) documents it, and
calls infected what holds the harmless test text that scanners know (EICAR)."""

import socketserver
import struct
import threading
from contextlib import contextmanager

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
VERSION = "ClamAV 1.4.3/27800/Fri Nov 20 09:33:01 2026"


class Daemon(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Talk)
        self.most, self.says, self.seen = 64 * 1024 * 1024, None, []

    @property
    def address(self):
        return f"tcp://127.0.0.1:{self.server_address[1]}"


class Talk(socketserver.BaseRequestHandler):
    def handle(self):
        command = self.until_zero()
        if self.server.says is not None:
            answer = self.server.says
        elif command == b"zVERSION":
            answer = f"{VERSION}\0".encode()
        elif command == b"zPING":
            answer = b"PONG\0"
        elif command == b"zINSTREAM":
            answer = self.scanned()
        else:
            answer = b"UNKNOWN COMMAND\0"
        self.request.sendall(answer)

    def until_zero(self):
        command = b""
        while not command.endswith(b"\0"):
            command += self.request.recv(1)
        return command[:-1]

    def scanned(self):
        content = b""
        while size := struct.unpack("!L", self.exactly(4))[0]:
            content += self.exactly(size)
            if len(content) > self.server.most:
                return b"INSTREAM size limit exceeded. ERROR\0"
        self.server.seen.append(content)
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"

    def exactly(self, size):
        received = b""
        while len(received) < size:
            received += self.request.recv(size - len(received))
        return received


@contextmanager
def clamd():
    daemon = Daemon()
    threading.Thread(target=daemon.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield daemon
    finally:
        daemon.shutdown()
        daemon.server_close()
