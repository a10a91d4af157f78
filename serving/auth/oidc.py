"""Sign-in to the pages by the district's own provider: OpenID Connect, code flow with PKCE.

What the provider's addresses are it says itself (OpenID Connect Discovery 1.0); they are asked for
at the first sign-in and kept for a while.
"""

import http.client
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Final, Protocol
from urllib.parse import quote, urlencode

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recommender.errors import KeysUnavailable, NotSignedIn
from recommender.settings import Settings
from serving.auth.attempts import Attempt
from serving.auth.https import ask
from serving.auth.id_tokens import check_addressee
from serving.auth.remote_keys import RemoteKeys
from serving.auth.tokens import Claims, TokenVerifier

FRESH_SECONDS: Final = 3600.0
_HTTPS: Final = r"^https://[^\s]+$"
_UNREACHABLE: Final = "The sign-in service of your district cannot be reached just now."

_log = structlog.get_logger(__name__)


class Ask(Protocol):
    """Asks another host, as `serving.auth.https.ask` does."""

    def __call__(
        self,
        url: str,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """Return what it answers."""


class _Discovered(BaseModel):
    """What a provider says of itself."""

    model_config = ConfigDict(extra="ignore")

    issuer: str
    authorization_endpoint: str = Field(pattern=_HTTPS)
    token_endpoint: str = Field(pattern=_HTTPS)
    jwks_uri: str = Field(pattern=_HTTPS)


class _TokenAnswer(BaseModel):
    id_token: str


class Provider:
    """The one provider that signs people in to the pages.

    Parameters
    ----------
    chosen
        The settings; `oidc_client_id` and `public_url` are set.
    asks, clock
        Replaced in tests.
    """

    def __init__(
        self, chosen: Settings, asks: Ask = ask, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.issuer = chosen.token_issuer
        self.return_address = f"{chosen.public_url.rstrip('/')}/sign-in/back"
        self._client_id = chosen.oidc_client_id
        self._secret = chosen.oidc_client_secret.get_secret_value()
        self._scope = chosen.oidc_scope
        self._ask = asks
        self._clock = clock
        self._lock = Lock()
        self._known: tuple[float, _Discovered, TokenVerifier] | None = None

    def address(self, attempt: Attempt) -> str:
        """Return the provider's address to send a browser to.

        Raises
        ------
        KeysUnavailable
            The provider cannot be reached.
        """
        found, _ = self._discovered()
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self.return_address,
            "scope": self._scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in found.authorization_endpoint else "?"
        return f"{found.authorization_endpoint}{joint}{urlencode(query)}"

    def claims(self, code: str, attempt: Attempt) -> Claims:
        """Return what the provider says of whoever came back with a code.

        Raises
        ------
        NotSignedIn
            The code or the token that it gives does not hold.
        KeysUnavailable
            The provider cannot be reached.
        """
        found, verifier = self._discovered()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.return_address,
            "code_verifier": attempt.verifier,
        }
        headers = {}
        if self._secret:
            pair = f"{quote(self._client_id, safe='')}:{quote(self._secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = self._client_id
        try:
            answer = self._ask(found.token_endpoint, form, headers)
            token = _TokenAnswer.model_validate_json(answer).id_token
        except (OSError, http.client.HTTPException, ValidationError) as error:
            _log.warning("code_not_exchanged", error=type(error).__name__)
            raise NotSignedIn(
                "Your district's sign-in service did not confirm the sign-in."
            ) from None
        claims = verifier.verify(token)
        check_addressee(claims, self._client_id, attempt.nonce)
        return claims

    def _discovered(self) -> tuple[_Discovered, TokenVerifier]:
        with self._lock:
            if self._known is None or self._clock() - self._known[0] > FRESH_SECONDS:
                found = self._discover()
                keys = RemoteKeys(self.issuer, found.jwks_uri, self._ask)
                verifier = TokenVerifier([keys], self._client_id)
                self._known = (self._clock(), found, verifier)
            return self._known[1:]

    def _discover(self) -> _Discovered:
        url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            found = _Discovered.model_validate_json(self._ask(url))
        except (OSError, http.client.HTTPException, ValidationError) as error:
            _log.error("provider_not_discovered", error=type(error).__name__)
            raise KeysUnavailable(_UNREACHABLE) from None
        if found.issuer != self.issuer:
            _log.error("provider_says_another_issuer")
            raise KeysUnavailable(_UNREACHABLE)
        return found


def provider_of(chosen: Settings) -> Provider | None:
    """Return the provider that the settings name, None where they name none."""
    return Provider(chosen) if chosen.oidc_client_id else None
