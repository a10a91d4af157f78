"""One request to another host: https alone, bounded in time and size, no redirect followed."""

import http.client
import ssl
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode, urlsplit

TIMEOUT_SECONDS: Final = 5.0
LONGEST: Final = 262_144


def ask(
    url: str,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    context: ssl.SSLContext | None = None,
) -> bytes:
    """Return what stands at an https address, or answers a form; up to `LONGEST` bytes.

    Raises
    ------
    OSError
        It cannot be reached, answers otherwise than 200, or is too long.
    http.client.HTTPException
        The answer is not HTTP.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPSConnection(
        parts.hostname or "",
        parts.port,
        timeout=TIMEOUT_SECONDS,
        context=context or ssl.create_default_context(),
    )
    path = parts.path or "/"
    said = {"Accept": "application/json", **(headers or {})}
    if form is not None:
        said["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(
            "GET" if form is None else "POST",
            f"{path}?{parts.query}" if parts.query else path,
            body=None if form is None else urlencode(form),
            headers=said,
        )
        answer = connection.getresponse()
        content = answer.read(LONGEST + 1)
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK or len(content) > LONGEST:
        raise OSError(f"the address answered {answer.status}, {len(content)} bytes")
    return content
