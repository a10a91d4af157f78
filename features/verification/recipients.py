"""Whose badge it is: a hashed e-mail address, a plain one, or an id."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MAX_SALTS: Final = 2
"""Salts for which the hashes of all addresses are kept: an issuer may have one for all."""

_ALGORITHMS: Final = {"sha256": hashlib.sha256, "md5": hashlib.md5}
"""What Open Badges allow."""


@dataclass(frozen=True)
class Recipient:
    """One way in which a badge names a person."""

    kind: str
    """'emailAddress', 'sourcedId' and so on; 'email' in 2.0."""
    identity: str
    hashed: bool = False
    salt: str = ""

    @property
    def is_email(self) -> bool:
        """Whether an e-mail address is meant."""
        return self.kind in {"email", "emailAddress"}


class HashedAddresses:
    """Finds the teacher behind a salted hash of an address: all are hashed, salt by salt."""

    def __init__(self, addresses: Iterable[tuple[str, str]]) -> None:
        self._addresses = tuple(addresses)
        self._by_salt: dict[tuple[str, str], dict[str, str]] = {}

    def find(self, identity: str, salt: str) -> str | None:
        """Return the only teacher whose address has this hash ('sha256$...')."""
        name, _, digest = identity.partition("$")
        if name not in _ALGORITHMS or not digest:
            return None
        known = self._by_salt.get((name, salt))
        if known is None:
            while len(self._by_salt) >= MAX_SALTS:
                self._by_salt.pop(next(iter(self._by_salt)))
            known = self._by_salt[name, salt] = self._hashed(name, salt)
        return known.get(digest.casefold()) or None

    def _hashed(self, name: str, salt: str) -> dict[str, str]:
        made: dict[str, str] = {}
        for address, teacher in self._addresses:
            for spelling in {address, address.casefold()}:
                digest = _ALGORITHMS[name]((spelling + salt).encode()).hexdigest()
                made[digest] = teacher if made.get(digest, teacher) == teacher else ""
        return made
