"""Public keys as credentials name them: multibase, did:key, JWK sets."""

import warnings
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey
from joserfc.util import urlsafe_b64encode

DID_KEY: Final = "did:key:"
SHORTEST_RSA: Final = 2048
"""Bits of an RSA key's modulus."""

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LONGEST: Final = 256
"""Characters in base 58: reading takes the square of their number."""
_ED25519: Final = b"\xed\x01"
_P256: Final = b"\x80\x24"


class KeyNotReadable(ValueError):
    """A key is malformed, or of a kind that is not used here; the message is a clause."""


def base58(text: str) -> bytes:
    """Return the bytes behind a text in base 58 (Bitcoin's alphabet).

    Raises
    ------
    KeyNotReadable
        It is none, or longer than any key or signature.
    """
    if len(text) > _LONGEST:
        raise KeyNotReadable("a text in base 58 is too long")
    number = 0
    for character in text:
        digit = _ALPHABET.find(character)
        if digit < 0:
            raise KeyNotReadable("a text is not in base 58")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multibase(text: str) -> bytes:
    """Return the bytes behind a multibase text, of which base 58 alone is used here."""
    if not text.startswith("z"):
        raise KeyNotReadable("a text is not multibase in base 58 (z...)")
    return base58(text[1:])


def multikey(text: str) -> Key:
    """Return the public key behind a multikey (z6Mk...: Ed25519; zDn...: P-256)."""
    content = multibase(text)
    prefix, raw = content[:2], content[2:]
    try:
        if prefix == _ED25519:
            encoded = urlsafe_b64encode(raw).decode()
            return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": encoded})
        if prefix == _P256:
            point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), raw).public_numbers()
            x, y = (urlsafe_b64encode(n.to_bytes(32, "big")).decode() for n in (point.x, point.y))
            return ECKey.import_key({"kty": "EC", "crv": "P-256", "x": x, "y": y})
    except (JoseError, ValueError) as error:
        raise KeyNotReadable("a key does not lie on its curve") from error
    raise KeyNotReadable("a key is neither Ed25519 nor P-256")


def named_key(name: str) -> Key:
    """Return the key that a name itself holds: a multikey, a did:key, or one with a fragment."""
    return multikey(name.partition("#")[0].removeprefix(DID_KEY))


def jwk_keys(content: dict[str, Any]) -> list[Key]:
    """Return the public keys of a JWK set; a private one must not lie about.

    Raises
    ------
    KeyNotReadable
        It is no JWK set, holds a private or secret key, or an RSA key that is too short.
    """
    if not isinstance(content.get("keys"), list):
        raise KeyNotReadable("it is no JWK set (an object with 'keys')")
    try:
        with warnings.catch_warnings():
            # A key that is too short is refused below, not warned of.
            warnings.simplefilter("ignore", SecurityWarning)
            keys = list(KeySet.import_key_set({"keys": content["keys"]}))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise KeyNotReadable("a key in it cannot be read") from error
    for key in keys:
        check_key(key)
    return keys


def check_key(key: Key) -> None:
    """Refuse a key that is no public one, or too weak."""
    if not isinstance(key, RSAKey | ECKey | OKPKey) or key.is_private:
        raise KeyNotReadable("it must hold public keys alone (RSA, EC or OKP)")
    if isinstance(key, RSAKey) and key.public_key.key_size < SHORTEST_RSA:
        raise KeyNotReadable(f"an RSA key in it has fewer than {SHORTEST_RSA} bits")
