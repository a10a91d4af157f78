"""Fetches what may be fetched: https, from named hosts, within limits, never from inside.

A host's name is looked up once, every address behind it must be public, and the connection goes to
the very address that was judged: a name that changes its meaning in between gains nothing. The
certificate is checked against the name. A redirect is not followed.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit

HTTPS: Final = 443
MOST_FETCHES: Final = 1_000
"""Addresses that one import asks for."""

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")

Resolve = Callable[[str, int], Sequence[str]]
Connect = Callable[[str, int, float], socket.socket]


class NotFetched(Exception):
    """Something was not fetched; the message is a clause that says why."""


def addresses_of(host: str, port: int) -> list[str]:
    """Return the addresses behind a host's name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


def connect_to(address: str, port: int, seconds: float) -> socket.socket:
    """Return a connection to an address."""
    return socket.create_connection((address, port), timeout=seconds)


@dataclass
class Fetcher:
    """What may be asked of the network; without hosts, nothing."""

    hosts: frozenset[str] = frozenset()
    seconds: float = 10.0
    """For one answer, from the first packet to the last byte."""
    longest: int = 1024 * 1024
    """Bytes of one answer."""
    resolve: Resolve = addresses_of
    connect: Connect = connect_to
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    _answers: dict[str, bytes | str] = field(default_factory=dict)

    def fetch(self, url: str) -> bytes:
        """Return what stands at an address; each is asked for once.

        Raises
        ------
        NotFetched
            It may not be fetched, or was not to be had.
        """
        address = url.partition("#")[0]
        if address not in self._answers:
            self._answers[address] = self._tried(address)
        answer = self._answers[address]
        if isinstance(answer, str):
            raise NotFetched(answer)
        return answer

    def _tried(self, url: str) -> bytes | str:
        try:
            parts, port = self._allowed(url)
            return self._get(parts, port, self._public_address(parts.hostname or "", port))
        except NotFetched as error:
            return str(error)
        except (OSError, http.client.HTTPException, ValueError):
            return "it could not be reached"

    def _allowed(self, url: str) -> tuple[SplitResult, int]:
        if len(self._answers) >= MOST_FETCHES:
            raise NotFetched(f"more than {MOST_FETCHES:,} addresses were asked for")
        try:
            parts = urlsplit(url)
            port = parts.port or HTTPS
        except ValueError:
            raise NotFetched("it is no address") from None
        if parts.scheme != "https" or not parts.hostname or parts.username is not None:
            raise NotFetched("it is no plain https address")
        if not url.isascii() or not url.isprintable() or " " in url:
            raise NotFetched("it is no address")
        if parts.hostname.casefold() not in self.hosts or port != HTTPS:
            raise NotFetched("nothing may be fetched from there")
        return parts, port

    def _public_address(self, host: str, port: int) -> str:
        addresses = self.resolve(host, port)
        if not addresses or not all(is_public(address) for address in addresses):
            raise NotFetched("its host is not a public one")
        return addresses[0]

    def _get(self, parts: SplitResult, port: int, address: str) -> bytes:
        until = time.monotonic() + self.seconds
        host = parts.hostname or ""
        plain = self.connect(address, port, self.seconds)
        connection = http.client.HTTPConnection(host, port, timeout=self.seconds)
        try:
            connection.sock = self.context.wrap_socket(plain, server_hostname=host)
            target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            connection.request("GET", target, headers={"Host": host, "Accept": "*/*"})
            answer = connection.getresponse()
            if answer.status != http.HTTPStatus.OK:
                raise NotFetched(f"it answered {answer.status}")
            return self._body(answer, connection, until)
        finally:
            connection.close()
            plain.close()

    def _body(
        self, answer: http.client.HTTPResponse, connection: http.client.HTTPConnection, until: float
    ) -> bytes:
        """Read in parts, so that one who sends a byte now and then is not waited for."""
        content = bytearray()
        while part := answer.read1(64 * 1024):
            content += part
            left = until - time.monotonic()
            if len(content) > self.longest:
                raise NotFetched(f"it has more than {self.longest:,} bytes")
            if left <= 0:
                raise NotFetched(f"it took more than {self.seconds:g} seconds")
            if connection.sock is not None:
                connection.sock.settimeout(left)
        return bytes(content)


def is_public(address: str) -> bool:
    """Return whether an address is one of the public internet."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = [parsed]
    if isinstance(parsed, ipaddress.IPv6Address):
        # An address of version 4 in other clothes is judged as what it leads to.
        inner += [item for item in (parsed.ipv4_mapped, parsed.sixtofour) if item is not None]
        inner += parsed.teredo or ()
        if parsed in _NAT64:
            return False
        if parsed.ipv4_mapped is not None:
            inner = [parsed.ipv4_mapped]
    return all(item.is_global and not item.is_multicast and not item.is_reserved for item in inner)
