"""Makes badges and signs them, for tests: what an issuer's own software would do."""

import gzip
import json
import struct
import zlib
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from features.verification.data_integrity import signed_bytes
from features.verification.jws import _REGISTRY

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
CLR_CONTEXT = [
    CONTEXT[0],
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    CONTEXT[1],
]
ISSUER = "https://issuer.example/profile"


def base58(content: bytes) -> str:
    number, text = int.from_bytes(content, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(content) - len(content.lstrip(b"\0"))) + text


class Signer:
    """An issuer with one key of each kind, the same in every run."""

    def __init__(self, name: str = "issuer", issuer: str = ISSUER) -> None:
        self.issuer = issuer
        self.private = Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())
        raw = self.private.public_key().public_bytes_raw()
        self.multikey = "z" + base58(b"\xed\x01" + raw)
        self.did = f"did:key:{self.multikey}"

    def proved(self, document: dict, **options) -> dict:
        """Return a document with a Data Integrity proof."""
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": "2025-01-01T00:00:00Z",
            "verificationMethod": f"{self.issuer}#{self.multikey}",
            "proofPurpose": "assertionMethod",
        } | options
        value = "z" + base58(self.private.sign(signed_bytes(document, proof)))
        return document | {"proof": proof | {"proofValue": value}}

    def token(self, payload: dict, **header) -> str:
        """Return a compact JWS, by EdDSA."""
        return signed_token(payload, self.jwk, "EdDSA", **header)

    @property
    def jwk(self) -> OKPKey:
        raw = self.private.private_bytes_raw()
        public = self.private.public_key().public_bytes_raw()
        encoded = {"d": raw, "x": public}
        return OKPKey.import_key(
            {"kty": "OKP", "crv": "Ed25519"}
            | {name: urlsafe_b64encode(part).decode().rstrip("=") for name, part in encoded.items()}
        )


def signed_token(payload: dict, key: OKPKey | ECKey | RSAKey, alg: str, **header) -> str:
    content = json.dumps(payload).encode()
    return jws.serialize_compact(
        {"alg": alg, "typ": "JWT"} | header, content, key, registry=_REGISTRY
    )


def credential(number: int = 1, *, email: str = "ana@example.org", issuer: str = ISSUER, **more):
    """Return a credential of Open Badges 3.0, of a teacher known by a hashed address."""
    hashed = "sha256$" + sha256((email + "salty").encode()).hexdigest()
    return {
        "@context": CONTEXT,
        "id": f"urn:uuid:00000000-0000-0000-0000-{number:012d}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Digital Promise"},
        "validFrom": "2025-03-01T10:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityHash": hashed,
                    "identityType": "emailAddress",
                    "hashed": True,
                    "salt": "salty",
                }
            ],
            "achievement": {
                "id": "https://issuer.example/achievements/wait-time",
                "type": ["Achievement"],
                "name": "Wait Time",
                "description": "Waits for an answer.",
                "criteria": {"narrative": "Waited."},
            },
        },
    } | more


def assertion(number: int = 1, *, email: str = "ana@example.org", **more):
    """Return an assertion of Open Badges 2.0."""
    hashed = "sha256$" + sha256((email + "salty").encode()).hexdigest()
    return {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": f"https://issuer.example/assertions/{number}",
        "recipient": {"type": "email", "hashed": True, "salt": "salty", "identity": hashed},
        "issuedOn": "2025-03-01T10:00:00Z",
        "verification": {"type": "SignedBadge", "creator": f"{ISSUER}#key"},
        "badge": {
            "type": "BadgeClass",
            "id": "https://issuer.example/badges/wait-time",
            "name": "Wait Time",
            "issuer": {"type": "Issuer", "id": ISSUER, "name": "Digital Promise"},
        },
    } | more


def record_of_learning(*parts, issuer: str = ISSUER):
    """Return a CLR 2.0 that holds credentials."""
    return {
        "@context": CLR_CONTEXT,
        "id": "urn:uuid:00000000-0000-0000-0000-00000000c1c0",
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Digital Promise"},
        "validFrom": "2025-03-01T10:00:00Z",
        "name": "Record",
        "credentialSubject": {"type": ["ClrSubject"], "verifiableCredential": list(parts)},
    }


def status_entry(index: int, address: str = "https://issuer.example/status/1", **more):
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": address,
    } | more


def status_list(
    *taken: int, address: str = "https://issuer.example/status/1", size=131_072, **more
):
    bits = bytearray(size // 8)
    for index in taken:
        bits[index // 8] |= 128 >> index % 8
    encoded = urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")
    return {
        "@context": CONTEXT[:1],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": ISSUER,
        "validFrom": "2025-01-01T00:00:00Z",
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": f"u{encoded}",
        },
    } | more


def chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">L", len(content))
        + kind
        + content
        + struct.pack(">L", zlib.crc32(kind + content))
    )


def png(text: str, keyword: bytes = b"openbadgecredential", flags: bytes = b"\0\0") -> bytes:
    """Return a picture of one dot with a badge baked into it."""
    head = struct.pack(">LLBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", head),
            chunk(b"IDAT", zlib.compress(b"\0\0")),
            chunk(b"iTXt", b"Comment\0\0\0\0\0hello"),
            chunk(b"iTXt", keyword + b"\0" + flags + b"\0\0" + text.encode()),
            chunk(b"IEND", b""),
        )
    )


def svg(text: str = "", verify: str = "") -> str:
    """Return a drawing with a badge baked into it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><title>A badge</title>'
        f'<openbadges:credential verify="{verify}"><![CDATA[{text}]]></openbadges:credential></svg>'
    )
