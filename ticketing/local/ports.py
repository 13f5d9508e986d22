import socket

# Above this the system hands ports to outgoing connections, and a server may find its own taken.
LAST_PORT = 32_000
HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def first_free(start: int, *, taken: set[int] | frozenset[int] = frozenset()) -> int:
    return next(port for port in range(start, LAST_PORT) if port not in taken and is_free(port))
