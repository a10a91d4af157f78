"""A load tool: keeps some connections busy and times every answer, from one process of its own.

Plain sockets and one `select` loop, so that it takes a small part of what a request costs the
service; the share of its own processor is reported, and a run in which it was busy all the time
measures the tool and not the service.
"""

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

PATIENCE_SECONDS: Final = 30.0
_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "

Request = tuple[bytes, object]
"""The bytes to send, and whatever the check wants to know of it."""

Check = Callable[[object, bytes], bool]
"""Tells whether the body that answered a request is what it must be."""


@dataclass
class Load:
    """What came of a run."""

    seconds: float = 0.0
    busy_seconds: float = 0.0
    """Processor time of the tool itself."""
    millis: list[float] = field(default_factory=list)
    failed: int = 0
    wrong: int = 0
    checked: int = 0
    server_seconds: float = 0.0
    """Processor time of the server meanwhile."""
    ended: list[float] = field(default_factory=list)
    """When each answer came, in seconds of `time.perf_counter`."""

    @property
    def cost(self) -> float:
        """Processor time of the server for one answer, in microseconds."""
        return 1e6 * self.server_seconds / max(len(self.millis), 1)

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.millis) / self.seconds

    def percentile(self, share: float) -> float:
        """Return the time in ms that so many percent of the answers kept to."""
        return float(np.percentile(self.millis, share)) if self.millis else float("nan")


@dataclass
class _Line:
    """One connection: what it waits for."""

    socket: socket.socket
    sent_at: float = 0.0
    about: object = None
    got: bytearray = field(default_factory=bytearray)
    whole: int = 0
    """Length of head and body together, once the head is there."""


def get(host: str, path: str, token: str = "") -> bytes:
    """Return the bytes of a GET request."""
    signed = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{signed}\r\n".encode()


def run(
    address: tuple[str, int],
    requests: Iterator[Request],
    *,
    connections: int,
    seconds: float,
    check: Check | None = None,
) -> Load:
    """Send requests for some seconds, each connection the next as soon as it has its answer.

    Parameters
    ----------
    address
        Host and port.
    requests
        Gives the next request; it may change the store before it does.
    connections
        So many are kept busy.
    seconds
        How long to go on.
    check
        Looks at every answer, where given.
    """
    load = Load()
    selector = selectors.DefaultSelector()
    lines = [_Line(socket.create_connection(address, PATIENCE_SECONDS)) for _ in range(connections)]
    busy, started = time.process_time(), time.perf_counter()
    try:
        for line in lines:
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(line.socket, selectors.EVENT_READ, line)
            _send(line, requests)
        _go_on(selector, requests, load, started + seconds, check)
    finally:
        selector.close()
        for line in lines:
            line.socket.close()
    load.seconds = time.perf_counter() - started
    load.busy_seconds = time.process_time() - busy
    return load


def _go_on(
    selector: selectors.BaseSelector,
    requests: Iterator[Request],
    load: Load,
    until: float,
    check: Check | None,
) -> None:
    while time.perf_counter() < until:
        ready = selector.select(PATIENCE_SECONDS)
        if not ready:
            load.failed += 1
            return
        for key, _ in ready:
            line: _Line = key.data
            received = line.socket.recv(1 << 18)
            if not received:
                load.failed += 1
                selector.unregister(line.socket)
                continue
            if _complete(line, received):
                _count(line, load, check)
                _send(line, requests)


def _send(line: _Line, requests: Iterator[Request]) -> None:
    content, line.about = next(requests)
    line.got.clear()
    line.whole = 0
    line.sent_at = time.perf_counter()
    line.socket.sendall(content)


def _complete(line: _Line, received: bytes) -> bool:
    line.got += received
    if not line.whole:
        end = line.got.find(_HEAD_END)
        if end < 0:
            return False
        head = bytes(line.got[:end]).lower()
        at = head.index(_LENGTH) + len(_LENGTH)
        line.whole = end + len(_HEAD_END) + int(head[at:].split(b"\r\n", 1)[0])
    return len(line.got) >= line.whole


def _count(line: _Line, load: Load, check: Check | None) -> None:
    now = time.perf_counter()
    load.millis.append((now - line.sent_at) * 1000)
    load.ended.append(now)
    if line.got[9:12] != b"200":
        load.failed += 1
    elif check is not None:
        load.checked += 1
        body = bytes(line.got[line.got.find(_HEAD_END) + len(_HEAD_END) :])
        load.wrong += not check(line.about, body)
