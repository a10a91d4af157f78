"""Signed texts (compact JWS): VC-JWT of Open Badges 3.0 and CLR 2.0, and signed badges of 2.0.

A key that comes inside the message proves nothing by itself, and so its header is no source of
keys: the issuer's own, known from elsewhere, are tried.
"""

import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import Key
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

if TYPE_CHECKING:
    from joserfc._rfc7515.model import JWSAlgModel  # joserfc does not export this type

ALGORITHMS: Final = ("RS256", "ES256", "EdDSA", "Ed25519")
LONGEST: Final = 1024 * 1024
"""Characters of one signed text."""
LONGEST_HEADER: Final = 8 * 1024

_COMPACT: Final = re.compile(r"[\w-]{2,}\.[\w-]+\.[\w-]+", re.ASCII)


class _Pinned(jws.JWSRegistry):
    """Three ways of signing and no other, whatever a header says; sizes are limited by us."""

    max_header_length = LONGEST_HEADER
    max_payload_length = LONGEST

    def get_alg(self, name: str) -> "JWSAlgModel":
        """Return an allowed algorithm."""
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


# Issuers send header parameters of their own; `crit` is checked all the same.
_REGISTRY: Final = _Pinned(strict_check_header=False)


@dataclass(frozen=True)
class SignedText:
    """A compact JWS and what it says, which is not yet known to be true."""

    text: str
    payload: bytes


def looks_signed(text: str) -> bool:
    """Return whether a text has the form of a compact JWS."""
    return len(text) <= LONGEST and bool(_COMPACT.fullmatch(text))


def read_signed(text: str) -> SignedText | None:
    """Return a compact JWS, or None where a text is none."""
    if not looks_signed(text):
        return None
    parts = [part.encode("ascii") for part in text.split(".")]
    try:
        contents = [urlsafe_b64decode(part) for part in parts]
    except (binascii.Error, ValueError):
        return None
    # Spare bits at the end of a part could be changed and nobody would notice.
    if any(
        urlsafe_b64encode(content) != part for content, part in zip(contents, parts, strict=True)
    ):
        return None
    return SignedText(text, contents[1])


def signed_by_any(signed: SignedText, keys: Sequence[Key]) -> bool:
    """Return whether one of the keys signed the text."""
    return any(_signed_by(key, signed.text) for key in keys)


def _signed_by(key: Key, text: str) -> bool:
    try:
        jws.deserialize_compact(text, key, registry=_REGISTRY)
    except (JoseError, ValueError, TypeError, AttributeError, KeyError):
        return False
    return True
