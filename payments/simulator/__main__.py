"""Usage: python -m payments.simulator FOLDER

HOST, SIMULATOR_PORT, SIMULATOR_SECRET and SIMULATOR_NOTICES (whom it tells) from the environment.
"""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from payments.simulator.server import serve


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    server = serve(
        folder / "books.sqlite",
        host=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ["SIMULATOR_PORT"]),
        secret=os.environ["SIMULATOR_SECRET"],
        notices=os.environ.get("SIMULATOR_NOTICES", ""),
    )

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
