"""A sign-in under way: what the browser that began it must hold when it comes back.

The browser keeps it in a cookie of its own and nothing is written here, so that anybody's beginning
costs nothing. State ties the answer to the browser (RFC 6749, section 10.12), the nonce ties the
token to this attempt (OpenID Connect Core, section 3.1.2.1), the verifier ties the code to it
(RFC 7636).
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from recommender.errors import NotSignedIn
from serving.auth.cookies import drop, keep

LIFETIME_SECONDS: Final = 600
MOST_LENGTH: Final = 200
_BYTES: Final = 32
_NAME: Final = "recommender-sign-in"
_NOT_BEGUN: Final = (
    "This sign-in was not begun in this browser, took too long, or the browser kept no cookie of "
    "it. Start again; inside another site's frame, open this service in a window of its own."
)


class Attempt(BaseModel):
    """The secrets of one sign-in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: str = Field(min_length=16, max_length=MOST_LENGTH)
    nonce: str = Field(min_length=16, max_length=MOST_LENGTH)
    verifier: str = Field(min_length=43, max_length=128, repr=False)
    partner: str = Field(max_length=MOST_LENGTH)
    """Who is asked to say who this is."""

    @classmethod
    def begin(cls, partner: str) -> Self:
        """Return new secrets."""
        state, nonce, verifier = (secrets.token_urlsafe(_BYTES) for _ in range(3))
        return cls(state=state, nonce=nonce, verifier=verifier, partner=partner)

    @property
    def challenge(self) -> str:
        """What the verifier answers to, by the method S256."""
        digest = sha256(self.verifier.encode()).digest()
        return urlsafe_b64encode(digest).decode().rstrip("=")


def remember_attempt(response: Response, attempt: Attempt, *, embedded: bool) -> None:
    """Leave the attempt with the browser."""
    keep(
        response,
        _name(attempt.state),
        urlsafe_b64encode(attempt.model_dump_json().encode()).decode(),
        embedded=embedded,
        seconds=LIFETIME_SECONDS,
    )


def take_attempt(request: Request, state: str, partner: str | None = None) -> Attempt:
    """Return the attempt that an answer with this state belongs to.

    Raises
    ------
    NotSignedIn
        This browser began no such attempt.
    """
    value = request.cookies.get(_name(state), "")
    try:
        attempt = Attempt.model_validate_json(urlsafe_b64decode(value))
    except (ValidationError, ValueError):
        raise NotSignedIn(_NOT_BEGUN) from None
    same = hmac.compare_digest(attempt.state.encode(), state.encode())
    if not same or (partner is not None and attempt.partner != partner):
        raise NotSignedIn(_NOT_BEGUN)
    return attempt


def forget_attempt(response: Response, attempt: Attempt, *, embedded: bool) -> None:
    """Take the attempt back from the browser."""
    drop(response, _name(attempt.state), embedded=embedded)


def _name(state: str) -> str:
    """Return the cookie's name: several attempts of one browser stand side by side."""
    return f"__Host-{_NAME}-{sha256(state.encode()).hexdigest()[:12]}"
