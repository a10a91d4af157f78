"""The session cookie of the pages: out of reach of scripts, and of other sites' forms.

Inside another site's frame (a learning platform's, a district's portal's) a browser sends no cookie
but one that says `SameSite=None` and is `Partitioned`: kept apart for that site alone. It goes by a
name of its own and is set by a launch from there only; forms carry a token either way.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from recommender.settings import Settings

_NAME: Final = "recommender-session"
_EMBEDDED: Final = "__Host-recommender-embedded"


def _name(settings: Settings) -> str:
    # The prefix makes browsers refuse the cookie unless it is Secure and of this very host.
    return _NAME if settings.development else f"__Host-{_NAME}"


def session_token(request: Request, settings: Settings) -> str | None:
    """Return the session's key or token that the visitor's cookie holds."""
    return request.cookies.get(_EMBEDDED) or request.cookies.get(_name(settings))


def remember(response: Response, token: str, settings: Settings, *, embedded: bool = False) -> None:
    """Sign the reader of a response in until the browser closes or the session ends."""
    if embedded:
        keep(response, _EMBEDDED, token, embedded=True)
        return
    response.set_cookie(
        _name(settings),
        token,
        path="/",
        secure=not settings.development,
        httponly=True,
        samesite="lax",
    )


def forget(response: Response, settings: Settings) -> None:
    """Sign the reader of a response out."""
    response.delete_cookie(
        _name(settings),
        path="/",
        secure=not settings.development,
        httponly=True,
        samesite="lax",
    )
    drop(response, _EMBEDDED, embedded=True)


def keep(
    response: Response, name: str, value: str, *, embedded: bool, seconds: int | None = None
) -> None:
    """Set a secure cookie that no script reads; `embedded` ones work in another site's frame."""
    place = "SameSite=None; Partitioned" if embedded else "SameSite=Lax"
    age = "" if seconds is None else f"; Max-Age={seconds}"
    # Written out: the standard library's cookies learned `Partitioned` in Python 3.14 only.
    response.headers.append("Set-Cookie", f"{name}={value}; Path=/; Secure; HttpOnly; {place}{age}")


def drop(response: Response, name: str, *, embedded: bool) -> None:
    """Take such a cookie away."""
    keep(response, name, "", embedded=embedded, seconds=0)
