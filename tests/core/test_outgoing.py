"""Addresses that somebody else named: which are called, and how a call ends."""

import socket
import time

import pytest

from tests.kit.receiver import receiver
from ticketing.core import outgoing
from ticketing.core.outgoing import AddressRefused, NotReached, looked_up, post_to, require_sendable


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://",
        "https://user:word@example.org/",
        "https://example.org:22/",
        "https://example.org:99999/",
        "https://example.org/#part",
        "https://example.org/a b",
        "https://example.org/\r\nHost: x",
        "https://exämple.org/",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://0.0.0.0/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://[::1]/",
        "https://[fe80::1]/",
        "https://[fc00::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "",
    ],
)
def test_an_address_that_is_not_of_the_public_network_is_refused(settings, url):
    settings.IS_PRODUCTION = True

    with pytest.raises(AddressRefused):
        require_sendable(url)


@pytest.mark.parametrize(
    "url", ["https://example.org/hook?a=b", "https://example.org:8443/", "https://93.184.215.14/"]
)
def test_a_public_address_is_taken(settings, url):
    settings.IS_PRODUCTION = True

    assert require_sendable(url).geturl() == url


def named(monkeypatch, *addresses):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *_a, **_k: found)


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1"])
def test_a_public_name_of_a_private_address_is_refused(settings, monkeypatch, address):
    settings.IS_PRODUCTION = True
    named(monkeypatch, "93.184.215.14", address)

    with pytest.raises(AddressRefused):
        looked_up("example.org", 443)


def test_a_numeric_name_in_another_spelling_is_looked_at_as_what_it_is(settings):
    settings.IS_PRODUCTION = True

    for host in ("2130706433", "0x7f.1", "127.1"):
        with pytest.raises(AddressRefused):
            looked_up(host, 443)


def test_loopback_is_called_outside_production_and_the_answer_is_told():
    with receiver() as there:
        answer = post_to(there.url, b"{}", {"X-One": "1"})

    headers, body = there.got[0]
    assert (answer.status, body, headers["X-One"]) == (200, b"{}", "1")
    assert headers["Host"] == there.url.split("/")[2]


def test_a_redirect_is_an_answer_and_is_not_followed():
    with receiver() as there, receiver() as elsewhere:
        there.answers = [(302, {"Location": elsewhere.url})]
        answer = post_to(there.url, b"{}", {})

    assert (answer.status, elsewhere.got) == (302, [])


def test_who_is_slow_or_trickles_is_hung_up_on():
    with receiver() as there:
        there.seconds = 1.0
        with pytest.raises(NotReached):
            post_to(there.url, b"{}", {}, read=0.1)
        there.seconds, there.trickles = 0.0, True
        begun = time.monotonic()
        with pytest.raises(NotReached):
            post_to(there.url, b"{}", {}, read=0.5, in_all=0.4)

    assert time.monotonic() - begun < 2


def test_nobody_there_is_not_reached():
    with receiver() as there:
        url = there.url

    with pytest.raises(NotReached):
        post_to(url, b"{}", {})
