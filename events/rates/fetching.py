"""The file of rates from where it is published, however slow or large that answers."""

import time

import requests
from django.conf import settings

from ticketing.core.resilience import Line

# The list of all days since 1999 has two million bytes.
LARGEST = 16 * 1024 * 1024
LONGEST = 60.0  # seconds, for all of it
PIECE = 64 * 1024

line = Line("rates", errors=(requests.RequestException, OSError))


class TooLarge(Exception):
    """What came is no list of rates."""


def fetch_file(url: str = "") -> bytes:
    """Raises Away, NoAnswer, TooLarge."""
    return line.call(lambda: answer_of(url or settings.RATES_URL), is_safe=True)


def answer_of(url: str) -> bytes:
    until = time.monotonic() + LONGEST
    with requests.get(url, timeout=line.timeout, stream=True, allow_redirects=False) as answer:
        answer.raise_for_status()
        if answer.status_code != requests.codes.ok:
            raise requests.HTTPError(f"it answered {answer.status_code}")
        file = bytearray()
        for piece in answer.iter_content(PIECE):
            file += piece
            if len(file) > LARGEST:
                raise TooLarge
            if time.monotonic() > until:
                raise requests.Timeout("it took too long")
    return bytes(file)
