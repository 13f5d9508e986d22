"""Sending something to an address that somebody else named, without being led astray.

The name is looked up once, every address it stands for must be one of the public network, and it is
that very address that is called: a name that changes its mind in between leads nowhere. Redirects
are answers like others and are not followed. However slowly the other side speaks, the call ends.
"""

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ticketing.core.errors import InvalidInput

CONNECT, READ, IN_ALL = 3.0, 8.0, 12.0  # seconds
MOST_READ = 2_000  # bytes of the answer
HTTPS = 443
FIRST_FREE_PORT = 1024  # below are services that are not for this
# They carry an address of the other kind within, which may be any.
TUNNELS = [ip_network(one) for one in ("64:ff9b::/96", "2002::/16", "2001::/32", "::/96")]


class AddressRefused(InvalidInput):
    code = "address_refused"
    message = _("Give an https address that everybody on the internet can reach.")


class NotReached(OSError):
    """There was no answer."""


@dataclass(frozen=True)
class Answered:
    status: int
    retry_after: str
    milliseconds: int


def require_sendable(url: str) -> SplitResult:
    """What can be said of an address without asking anybody. Raises AddressRefused."""
    try:
        parts = urlsplit(url)
        port = parts.port or HTTPS
    except ValueError:
        raise AddressRefused from None
    is_clean = not (parts.username or parts.password or parts.fragment) and url.isascii()
    if not parts.hostname or not is_clean or any(one.isspace() or ord(one) < 32 for one in url):
        raise AddressRefused
    if parts.scheme != "https" and not (parts.scheme == "http" and may_be_loopback()):
        raise AddressRefused
    if port != HTTPS and port < FIRST_FREE_PORT:
        raise AddressRefused
    with suppress(ValueError):
        require_public(ip_address(parts.hostname))
    if parts.hostname == "localhost" and not may_be_loopback():
        raise AddressRefused
    return parts


def may_be_loopback() -> bool:
    return not settings.IS_PRODUCTION


def require_public(address: IPv4Address | IPv6Address) -> None:
    """Raises AddressRefused for what is private, of this machine, of this link, or of many."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_loopback and may_be_loopback():
        return
    is_tunnel = any(address in one for one in TUNNELS if one.version == address.version)
    if not address.is_global or address.is_multicast or address.is_reserved or is_tunnel:
        raise AddressRefused


def looked_up(host: str, port: int) -> str:
    """One address of a name, all of which are public. Raises AddressRefused, NotReached."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotReached(f"{host} has no address") from error
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    for address in addresses:
        require_public(ip_address(address))
    return addresses[0]


def post_to(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    connect: float = CONNECT,
    read: float = READ,
    in_all: float = IN_ALL,
) -> Answered:
    """The answer to a POST, whatever it says. Raises AddressRefused, NotReached."""
    parts = require_sendable(url)
    host, is_secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (HTTPS if is_secure else 80)
    begun = time.monotonic()
    address = looked_up(host, port)
    try:
        line = socket.create_connection((address, port), timeout=connect)
    except OSError as error:
        raise NotReached(f"{host} cannot be reached") from error
    ender = threading.Timer(in_all, hang_up, [line])
    ender.daemon = True
    ender.start()
    try:
        line.settimeout(read)
        spoken = secured(line, host) if is_secure else line
        with spoken:
            return ask(spoken, parts, body, headers, begun=begun)
    except (OSError, HTTPException, ValueError) as error:
        raise NotReached(f"{host}: {type(error).__name__}") from error
    finally:
        ender.cancel()
        line.close()


def secured(line: socket.socket, host: str) -> socket.socket:
    return ssl.create_default_context().wrap_socket(line, server_hostname=host)


def ask(
    line: socket.socket,
    parts: SplitResult,
    body: bytes,
    headers: Mapping[str, str],
    *,
    begun: float,
) -> Answered:
    call = HTTPConnection(parts.hostname or "", parts.port)
    call.sock = line
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc.rpartition("@")[2]
    call.request("POST", target, body, {"Host": host, "Connection": "close", **headers})
    answer = call.getresponse()
    answer.read(MOST_READ)
    took = round(1000 * (time.monotonic() - begun))
    return Answered(answer.status, answer.headers.get("Retry-After", ""), took)


def hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
