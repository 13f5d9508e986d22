"""What a run remembers in its data folder: its secrets and its ports."""

import fcntl
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO
from zlib import crc32

from ticketing.local.ports import first_free, is_free
from ticketing.local.trouble import Trouble

FORMAT = 1
# The parts' own ports: each data folder looks from a place of its own, so that two runs that
# start together do not choose the same.
FIRST_PORT, PORTS = 20_000, 10_000


@dataclass
class State:
    format: int
    secret_key: str
    database_password: str
    ports: dict[str, int]
    simulator_secret: str = ""
    is_new: bool = False

    @classmethod
    def read(cls, folder: Path) -> "State":
        """The folder's state, made on the first run."""
        path = folder / "state.json"
        if not path.exists():
            state = cls(
                format=FORMAT,
                secret_key=secrets.token_urlsafe(48),
                database_password=secrets.token_urlsafe(24),
                ports={},
                simulator_secret=secrets.token_urlsafe(24),
                is_new=True,
            )
            state.write(folder)
            return state
        try:
            facts = json.loads(path.read_text())
            if facts["format"] != FORMAT:
                raise Trouble(
                    f"{folder} was written by another version of this product (format "
                    f"{facts['format']}, this one reads {FORMAT}): move it away or set DATA_DIR."
                )
            # Added after the first runs were written.
            return cls(**{"simulator_secret": secrets.token_urlsafe(24), **facts})
        except (ValueError, KeyError, TypeError) as error:
            raise Trouble(
                f"{path} cannot be read ({error}): restore it, or move {folder} away to start anew."
            ) from None

    def write(self, folder: Path) -> None:
        # Whole or not at all, and for its owner's eyes alone.
        path, draft = folder / "state.json", folder / "state.json.new"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(self) | {"is_new": False}, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)

    def choose_ports(self, *names: str, folder: Path, web: int) -> None:
        """The ports of the last run where they are still free, else others."""
        start = FIRST_PORT + crc32(str(folder).encode()) % PORTS
        for name in names:
            others = {web, *(port for other, port in self.ports.items() if other != name)}
            known = self.ports.get(name)
            if known is None or known in others or not is_free(known):
                self.ports[name] = first_free(start, taken=others)


def prepare_folder(folder: Path) -> IO[str]:
    """Make the data folder and hold it: two runs on one folder would break each other's data."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise Trouble(
            f"The data folder {folder} cannot be used ({error.strerror}): mend it, or set "
            "DATA_DIR to another one."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Trouble(
            f"Another run already uses {folder}: stop it, or set DATA_DIR to another folder."
        ) from None
    return lock
