"""The session cookie of the pages: out of reach of scripts, and of other sites' forms."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from recommender.settings import Settings

_NAME: Final = "recommender-session"


def _name(settings: Settings) -> str:
    # The prefix makes browsers refuse the cookie unless it is Secure and of this very host.
    return _NAME if settings.development else f"__Host-{_NAME}"


def session_token(request: Request, settings: Settings) -> str | None:
    """Return the token that the visitor's cookie holds."""
    return request.cookies.get(_name(settings))


def remember(response: Response, token: str, settings: Settings) -> None:
    """Sign the reader of a response in until the browser closes or the token expires."""
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
