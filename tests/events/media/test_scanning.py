"""39: what the scanner cannot answer for is never called clean."""

from io import BytesIO

import pytest

from events.media.scanning import Infected, NotScannable, Scanner, ScannerAway
from tests.events.media.clamd import EICAR, VERSION


def look_at(daemon, content):
    Scanner(daemon.address).look_at(BytesIO(content))


def test_39_what_is_clean_passes_and_was_seen_whole(scanner):
    content = bytes(range(256)) * 2000

    look_at(scanner, content)

    assert scanner.seen == [content]
    assert Scanner(scanner.address).version() == VERSION


def test_39_what_is_infected_is_named(scanner):
    with pytest.raises(Infected, match="Eicar-Test-Signature"):
        look_at(scanner, b"x" * 200_000 + EICAR)


def test_39_what_is_more_than_it_takes_is_not_called_clean(scanner):
    scanner.most = 1000

    with pytest.raises(NotScannable):
        look_at(scanner, b"x" * 1_000_000)


@pytest.mark.parametrize(
    "says", [b"", b"stream: OK", b"stream: UNKNOWN\0", b"OK\0", b"\0", b"x" * 5000]
)
def test_39_an_answer_that_is_none_is_not_taken_for_one(scanner, says):
    scanner.says = says

    with pytest.raises(ScannerAway):
        look_at(scanner, b"x")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "unix:///nowhere/clamd.ctl"])
def test_39_nobody_there_is_no_answer(address):
    with pytest.raises(ScannerAway):
        Scanner(address).look_at(BytesIO(b"x"))
