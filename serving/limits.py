"""How much one caller may ask, and how long a request's body may be."""

import math
import time
from collections.abc import Callable
from threading import Lock
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from recommender.errors import TooLarge, TooManyRequests
from serving.problems import answer_error

MOST_CALLERS: Final = 10_000
"""So many buckets are kept; those that are full again say nothing and are forgotten."""

_WITHOUT_BODY: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class RateLimit:
    """A token bucket for each caller, in this process: n workers allow n times as much."""

    def __init__(
        self, per_minute: int, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._a_second = per_minute / 60
        self._burst = float(burst)
        self._clock = clock
        self._lock = Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, caller: str) -> None:
        """Count one request of a caller.

        Raises
        ------
        TooManyRequests
            The caller's bucket is empty; says when there is something in it again.
        """
        if not self._a_second:
            return
        with self._lock:
            left = self._left(caller, self._clock())
            if left < 1:
                seconds = math.ceil((1 - left) / self._a_second)
                raise TooManyRequests("You ask more often than is allowed; slow down.", seconds)
            self._buckets[caller] = (left - 1, self._clock())
            if len(self._buckets) > MOST_CALLERS:
                self._forget()

    def give_back(self, caller: str) -> None:
        """Count one request less of a caller: somebody else is going to count it."""
        with self._lock:
            if caller in self._buckets:
                left, then = self._buckets[caller]
                self._buckets[caller] = (left + 1, then)

    def _left(self, caller: str, now: float) -> float:
        tokens, then = self._buckets.get(caller, (self._burst, now))
        return min(self._burst, tokens + (now - then) * self._a_second)

    def _forget(self) -> None:
        """Drop the full buckets; where none is, the half that has rested longest."""
        now = self._clock()
        busy = [name for name in self._buckets if self._left(name, now) < self._burst]
        busy.sort(key=lambda name: self._buckets[name][1])
        kept = busy[-MOST_CALLERS // 2 :]
        self._buckets = {name: self._buckets[name] for name in kept}


class BodyLimit:
    """Reads a request's body before the app does, and refuses one that is too long."""

    def __init__(self, app: ASGIApp, longest: int) -> None:
        self._app = app
        self._longest = longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] in _WITHOUT_BODY:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            body = None if self._declares_more(request) else await self._read(receive)
        except ClientDisconnect:
            return
        if body is None:
            detail = f"A request may have at most {self._longest:,} bytes."
            await answer_error(request, TooLarge(detail))(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

    def _declares_more(self, request: Request) -> bool:
        length = request.headers.get("content-length", "0")
        return length.isdecimal() and int(length[:20]) > self._longest

    async def _read(self, receive: Receive) -> bytes | None:
        """Return the whole body, or None once it is too long."""
        chunks: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > self._longest:
                return None
            chunks.append(chunk)
            more = message.get("more_body", False)
        return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body once, and then what the server says."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
