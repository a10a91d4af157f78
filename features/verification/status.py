"""Whether a credential was taken back: bitstring status lists and lists of revoked badges.

A list is a file given beside the credentials, or fetched where that is allowed. It is believed only
if its own issuer is the credential's issuer and its signature holds (a list of badges of 2.0, which
is not signed, only if it was fetched from its own address).
"""

import zlib
from binascii import Error as Base64Error
from typing import Any, Final

from joserfc.util import urlsafe_b64decode

BITSTRING: Final = frozenset({"BitstringStatusListEntry", "StatusList2021Entry"})
LISTED: Final = frozenset({"1EdTechRevocationList"})
LIST_CREDENTIALS: Final = frozenset({"BitstringStatusListCredential", "StatusList2021Credential"})
TAKES_BACK: Final = frozenset({"revocation", "suspension"})

MAX_BITS: Final = 64 * 1024 * 1024
"""Entries of one list."""


class StatusNotKnown(ValueError):
    """A list does not say; the message is a clause."""


def bit_of(list_credential: dict[str, Any], purpose: str, index: object) -> bool:
    """Return whether the bit of an entry is set in a list.

    Raises
    ------
    StatusNotKnown
        The list is malformed, too long, of another purpose, or the index lies outside of it.
    """
    subject = list_credential.get("credentialSubject")
    if not isinstance(subject, dict) or not isinstance(subject.get("encodedList"), str):
        raise StatusNotKnown("its status list holds no list")
    purposes = subject.get("statusPurpose")
    if purpose not in (purposes if isinstance(purposes, list) else [purposes]):
        raise StatusNotKnown("its status list is of another purpose")
    position = _index(index)
    bits = _unpacked(subject["encodedList"])
    if position >= len(bits) * 8:
        raise StatusNotKnown("its place lies outside of its status list")
    # The first bit is the highest one of the first byte.
    return bool(bits[position // 8] >> (7 - position % 8) & 1)


def _index(value: object) -> int:
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdecimal() or len(text) > 10:  # noqa: PLR2004 - digits of any list's place
        raise StatusNotKnown("its place in the status list is no number")
    return int(text)


def _unpacked(encoded: str) -> bytes:
    """Return the bits; one byte more than allowed is never made."""
    text = encoded.removeprefix("u") if encoded.startswith("uH4s") else encoded
    try:
        packed = urlsafe_b64decode(text.rstrip("=").encode("ascii"))
        worker = zlib.decompressobj(wbits=31)
        bits = worker.decompress(packed, MAX_BITS // 8 + 1)
    except (Base64Error, UnicodeEncodeError, ValueError, zlib.error) as error:
        raise StatusNotKnown("its status list cannot be unpacked") from error
    if len(bits) > MAX_BITS // 8:
        raise StatusNotKnown(f"its status list has more than {MAX_BITS:,} entries")
    return bits


def names_badge(revocation_list: dict[str, Any], badge: str) -> bool:
    """Return whether a list of revoked badges (2.0, 1EdTech) names a badge.

    Raises
    ------
    StatusNotKnown
        It is no such list.
    """
    for member in ("revokedAssertions", "revokedCredentials", "revokedCredential"):
        entries = revocation_list.get(member)
        if isinstance(entries, list):
            return any(_names(entry, badge) for entry in entries)
    raise StatusNotKnown("its list of revoked badges holds no list")


def _names(entry: object, badge: str) -> bool:
    return entry == badge or (isinstance(entry, dict) and entry.get("id") == badge)
