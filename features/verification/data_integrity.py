"""Data Integrity proofs of the suite `eddsa-rdfc-2022`.

What is signed are two SHA-256 hashes, one after the other: of the canonical text of the proof's
options and of the canonical text of the document without its proofs.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.jwk import Key

from features.verification.canonical import canonical_text
from features.verification.keys import multibase

SUITE: Final = "eddsa-rdfc-2022"
KIND: Final = "DataIntegrityProof"
PURPOSE: Final = "assertionMethod"

MAX_PROOFS: Final = 10
"""Proofs of one document; each is tried with each key."""


def proofs_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a document's proofs, which may stand alone or in a list."""
    given = document.get("proof")
    proofs = given if isinstance(given, list) else [given]
    return [proof for proof in proofs if isinstance(proof, dict)][:MAX_PROOFS]


def is_ours(proof: dict[str, Any]) -> bool:
    """Return whether a proof is of our suite, and made to vouch for what it stands on."""
    return (
        proof.get("type") == KIND
        and proof.get("cryptosuite") == SUITE
        and proof.get("proofPurpose") == PURPOSE
        and isinstance(proof.get("proofValue"), str)
    )


def signed_bytes(document: dict[str, Any], proof: dict[str, Any]) -> bytes:
    """Return the 64 bytes that a proof signs.

    Raises
    ------
    NotCanonical
        One of the two has no canonical text here.
    """
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    options["@context"] = document.get("@context", [])
    bare = {name: value for name, value in document.items() if name != "proof"}
    return b"".join(sha256(canonical_text(part).encode()).digest() for part in (options, bare))


def holds(document: dict[str, Any], proof: dict[str, Any], keys: Sequence[Key]) -> bool:
    """Return whether one of the keys made a proof of ours over exactly this document.

    Raises
    ------
    NotCanonical
        The document has no canonical text here.
    KeyNotReadable
        The proof's value is no signature.
    """
    signature = multibase(str(proof["proofValue"]))
    signed = signed_bytes(document, proof)
    return any(_signed_by(key, signature, signed) for key in keys)


def _signed_by(key: Key, signature: bytes, signed: bytes) -> bool:
    public = getattr(key, "public_key", None)
    if not isinstance(public, Ed25519PublicKey):
        return False
    try:
        public.verify(signature, signed)
    except InvalidSignature:
        return False
    return True
