"""Bearer tokens: which signatures, keys, issuers and claims hold.

The algorithm is pinned to three asymmetric ones, so that neither `none` nor an HMAC keyed with a
public key can pass, and a token names its key: a key id that is not in the set is refused.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol

from joserfc import jws, jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import Key, KeySet
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from recommender.errors import NotSignedIn, SettingsRefused

if TYPE_CHECKING:
    from joserfc._rfc7515.model import JWSAlgModel  # joserfc does not export this type

ALGORITHMS: Final = ("RS256", "ES256", "EdDSA")
LEEWAY_SECONDS: Final = 60
MAX_TOKEN_LENGTH: Final = 8192
MAX_SUBJECT_LENGTH: Final = 255
MOST_TOKENS: Final = 20_000
"""So many verified tokens are known by their hashes."""


class PinnedAlgorithms(jws.JWSRegistry):
    """The three algorithms and no other.

    joserfc warns at each use of the name `EdDSA`, which RFC 9864 splits by curve; identity
    providers still send it, so it is looked up here without the warning.
    """

    def get_alg(self, name: str) -> "JWSAlgModel":
        """Return an allowed algorithm."""
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


@dataclass(frozen=True)
class TrustedKeys:
    """Public keys and the one issuer that may sign with them."""

    issuer: str
    keys: KeySet

    def find(self, kid: str) -> Key | None:
        """Return the key with this id."""
        return next((key for key in self.keys if key.kid == kid), None)


class KeySource(Protocol):
    """Where the keys of one issuer are found."""

    @property
    def issuer(self) -> str:
        """The one that may sign with them."""

    def find(self, kid: str) -> Key | None:
        """Return the key with this id, None where there is none."""


class Claims(BaseModel):
    """What a token says of its bearer, once verified."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    subject: str
    others: dict[str, Any] = Field(default_factory=dict, repr=False)
    """Every claim of the token."""
    token_hash: bytes = Field(default=b"", repr=False)
    """Stands for the token, and cannot be sent in its place."""


class _Verified(NamedTuple):
    """What held once, and for how long: until it expires or its key is another one."""

    claims: Claims
    source: KeySource
    key: Key
    kid: str
    until: float


class TokenVerifier:
    """Checks tokens against the keys of the trusted issuers.

    A signature takes longer to check than all the rest of a request, so a token that held is known
    again by its hash.
    """

    def __init__(
        self,
        trusted: Iterable[KeySource],
        audience: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock = clock
        self._known: dict[bytes, _Verified] = {}
        self._sources = tuple(trusted)
        self._audience = audience
        # Identity providers send header parameters of their own; `crit` is checked all the same.
        self._registry = PinnedAlgorithms(strict_check_header=False)

    def verify(self, token: str) -> Claims:
        """Return the claims of a token that holds.

        Raises
        ------
        NotSignedIn
            The token does not hold; the message says why without quoting it.
        """
        if len(token) > MAX_TOKEN_LENGTH:
            raise NotSignedIn("The token is too long.")
        token_hash = sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._known.get(token_hash)
        if known is not None and self._still_holds(known):
            return known.claims
        verified = self._check(token, token_hash)
        if len(self._known) >= MOST_TOKENS:
            self._forget()
        self._known[token_hash] = verified
        return verified.claims

    def _still_holds(self, known: _Verified) -> bool:
        return self._clock() < known.until and known.source.find(known.kid) is known.key

    def _forget(self) -> None:
        """Forget the older half of what is known; dictionaries keep the order of arrival."""
        for token_hash in list(self._known)[: MOST_TOKENS // 2]:
            self._known.pop(token_hash, None)

    def _check(self, token: str, token_hash: bytes) -> _Verified:
        try:
            kid, key, source = self._key_of(token)
            claims = jwt.decode(token, key, registry=self._registry).claims
            self._claims_of(source.issuer).validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise NotSignedIn(_why(error)) from None
        subject = claims["sub"]
        if len(subject) > MAX_SUBJECT_LENGTH or not subject.isprintable():
            raise NotSignedIn("The token's subject is not usable.")
        known = Claims(issuer=source.issuer, subject=subject, others=claims, token_hash=token_hash)
        return _Verified(known, source, key, kid, claims["exp"] + LEEWAY_SECONDS)

    def _key_of(self, token: str) -> tuple[str, Key, KeySource]:
        header = jws.extract_compact(token.encode(), registry=self._registry).headers()
        kid = header.get("kid")
        if not isinstance(kid, str):
            raise NotSignedIn("The token does not name its key.")
        for source in self._sources:
            key = source.find(kid)
            if key is not None:
                return kid, key, source
        raise NotSignedIn("The token is signed with a key that is not known here.")

    def _claims_of(self, issuer: str) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": self._audience},
            sub={"essential": True},
            exp={"essential": True},
        )


_REASONS: Final = {
    "expired_token": "The token has expired.",
    "bad_signature": "The token's signature does not hold.",
    "unsupported_algorithm": "The token is signed in a way that is not accepted here.",
    "invalid_claim": "The token was not made for this service.",
    "missing_claim": "The token lacks a claim that is needed (iss, aud, sub or exp).",
}


def _why(error: Exception) -> str:
    return _REASONS.get(getattr(error, "error", ""), "The token is not a valid one.")


class _JwksFile(BaseModel):
    keys: list[dict[str, JsonValue]]


_PUBLIC_TYPES: Final[frozenset[Literal["RSA", "EC", "OKP"]]] = frozenset({"RSA", "EC", "OKP"})


def read_jwks(path: Path) -> KeySet:
    """Read a JWKS file of public keys; each key must have an id.

    Raises
    ------
    SettingsRefused
        The file is missing, malformed, holds a symmetric key, or a key has no id.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise SettingsRefused(f"The key set {path} cannot be read: {error.strerror}.") from None
    return parse_jwks(text, path)


def parse_jwks(text: bytes, path: Path | str) -> KeySet:
    """Return the public keys of a JWKS that came from `path`; each key must have an id.

    Raises
    ------
    SettingsRefused
        It is malformed, holds a symmetric key, or a key has no id.
    """
    try:
        content = _JwksFile.model_validate_json(text)
    except ValidationError:
        raise SettingsRefused(f"The key set {path} is not a JSON Web Key Set.") from None
    if not content.keys:
        raise SettingsRefused(f"The key set {path} has no key in it.")
    for key in content.keys:
        if key.get("kty") not in _PUBLIC_TYPES:
            raise SettingsRefused(f"The key set {path} holds a key that is not an asymmetric one.")
        if not key.get("kid"):
            raise SettingsRefused(f"The key set {path} holds a key without an id (kid).")
    try:
        return KeySet.import_key_set({"keys": [_texts(key) for key in content.keys]})
    except (JoseError, ValueError, TypeError, KeyError):
        raise SettingsRefused(f"The key set {path} holds a key that cannot be used.") from None


def _texts(key: dict[str, JsonValue]) -> dict[str, str | list[str]]:
    """Return the members that RFC 7517 defines, all of which are texts or lists of texts."""
    members: dict[str, str | list[str]] = {}
    for name, value in key.items():
        if isinstance(value, str):
            members[name] = value
        elif isinstance(value, list):
            members[name] = [item for item in value if isinstance(item, str)]
    return members
