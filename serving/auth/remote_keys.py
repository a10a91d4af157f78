"""An identity provider's keys by URL: fetched when needed, kept for a while, changed as it does.

A key id that is not among the keys in memory makes one request to the provider, and at most one in
`PATIENCE_SECONDS`, so that made-up ids cannot make this service a burden to it. While the provider
cannot be reached the last keys go on holding, but not for ever.
"""

import http.client
import time
from collections.abc import Callable
from threading import Lock
from typing import Final

import structlog
from joserfc.jwk import Key, KeySet

from recommender.errors import KeysUnavailable, SettingsRefused
from serving.auth.https import ask
from serving.auth.tokens import parse_jwks

FRESH_SECONDS: Final = 600.0
"""After so long keys are asked for anew: one that was withdrawn holds no longer than this."""

PATIENCE_SECONDS: Final = 30.0
STALE_SECONDS: Final = 24 * 3600.0

_log = structlog.get_logger(__name__)


class RemoteKeys:
    """Keys of the one issuer that publishes them at a URL."""

    def __init__(
        self,
        issuer: str,
        url: str,
        fetch: Callable[[str], bytes] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not url.startswith("https://"):
            raise SettingsRefused("Keys are fetched from addresses that begin with https:// only.")
        self.issuer = issuer
        self._url = url
        self._fetch = fetch or ask
        self._clock = clock
        self._lock = Lock()
        self._keys: dict[str, Key] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None

    def find(self, kid: str) -> Key | None:
        """Return the key with this id, None where the provider has none.

        Raises
        ------
        KeysUnavailable
            The provider cannot be reached, and there is no key in memory that may still be used.
        """
        if kid not in self._keys or self._age(self._fetched_at) > FRESH_SECONDS:
            self._renew()
        if self._age(self._fetched_at) > STALE_SECONDS:
            raise KeysUnavailable("The keys that check tokens cannot be fetched just now.")
        return self._keys.get(kid)

    def _age(self, moment: float | None) -> float:
        return float("inf") if moment is None else self._clock() - moment

    def _renew(self) -> None:
        """Ask the provider once; those who come meanwhile go on with the keys there are."""
        if not self._lock.acquire(blocking=not self._keys):
            return
        try:
            if self._age(self._tried_at) < PATIENCE_SECONDS:
                return
            self._tried_at = self._clock()
            found = parse_jwks(self._fetch(self._url), self._url)
            self._keys = by_id(found)
            self._fetched_at = self._clock()
        except (OSError, http.client.HTTPException, SettingsRefused) as error:
            _log.error("keys_not_fetched", error=type(error).__name__)
        finally:
            self._lock.release()


def by_id(keys: KeySet) -> dict[str, Key]:
    """Return the keys of a set by their ids."""
    return {key.kid: key for key in keys if key.kid}
