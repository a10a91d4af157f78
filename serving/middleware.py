"""What every request gets: an id, security headers, one line in the log, and no leaked fault."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPMethod
from secrets import token_hex
from typing import Final

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.faults import log_fault
from serving.problems import UNEXPECTED, answer_error

REQUEST_ID_HEADER: Final = "X-Request-ID"
_ID_HEADER: Final = REQUEST_ID_HEADER.lower().encode("latin-1")
_ACCEPTABLE_ID: Final = re.compile(rb"[A-Za-z0-9_-]{8,64}")

_POLICY: Final = "Content-Security-Policy"
_FRAMED_BY: Final = "frame-ancestors"
_UNFRAMED: Final = f"{_FRAMED_BY} 'none'"

SECURITY_HEADERS: Final = {
    _POLICY: (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        f"base-uri 'none'; {_UNFRAMED}"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

CountRequest = Callable[[str | None, str, int, float], None]
"""Takes a request's route, method, status and seconds."""

_log = structlog.get_logger(__name__)


class RequestFrame:
    """The outermost layer around the app.

    The log line holds the route's pattern and not the address asked for: a query may hold a token,
    and a path a name.
    """

    def __init__(
        self, app: ASGIApp, count: CountRequest, frame_origins: Sequence[str] = ()
    ) -> None:
        self._app = app
        self._count = count
        self._headers = _encoded({**security_headers(frame_origins), "Cache-Control": "no-store"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()
        status = 0

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                self._frame(message, request_id)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_framed)
            except Exception as error:
                log_fault(error)
                if status:
                    raise  # half an answer is out; only the server can cut the connection
                await answer_error(Request(scope), UNEXPECTED)(scope, receive, send_framed)
            route = getattr(scope.get("route"), "path", None)
            seconds = time.perf_counter() - started
            self._count(route, _known(scope["method"]), status, seconds)
            _log.info(
                "request",
                method=scope["method"],
                route=route,
                status=status,
                ms=round(seconds * 1000, 1),
            )

    def _frame(self, message: Message, request_id: str) -> None:
        """Add what every answer has; what the app has set itself stands."""
        headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
        present = {name for name, _ in headers}
        headers += [header for header in self._headers if header[0] not in present]
        headers.append((_ID_HEADER, request_id.encode("latin-1")))
        message["headers"] = headers


def _encoded(headers: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    """Return headers as ASGI wants them."""
    return tuple(
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
    )


def _known(method: str) -> str:
    """Return a method that HTTP knows: anybody may send any other word."""
    return method if method in HTTPMethod.__members__ else "other"


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == _ID_HEADER and _ACCEPTABLE_ID.fullmatch(value):
            return str(value, "ascii")
    return token_hex(16)


def security_headers(frame_origins: Sequence[str] = ()) -> Mapping[str, str]:
    """Return the headers of every answer; pages may be framed by these origins alone."""
    if not frame_origins:
        return SECURITY_HEADERS
    ancestors = " ".join(frame_origins)
    policy = SECURITY_HEADERS[_POLICY].replace(_UNFRAMED, f"{_FRAMED_BY} {ancestors}")
    framed = SECURITY_HEADERS | {_POLICY: policy}
    del framed["X-Frame-Options"]  # knows 'nobody' and 'this very origin', and no other
    return framed
