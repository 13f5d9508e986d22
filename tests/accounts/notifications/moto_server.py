"""AWS on loopback."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from moto.server import ThreadedMotoServer

from ticketing.local.ports import first_free

REGION = "eu-west-1"
ACCOUNT = "123456789012"


@contextmanager
def moto_server() -> Iterator[str]:
    port = first_free(29_500 + os.getpid() % 400)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    address = f"http://127.0.0.1:{port}"
    requests.post(f"{address}/moto-api/reset", timeout=5)
    try:
        yield address
    finally:
        server.stop()
