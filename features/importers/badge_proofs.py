"""Whether what a badge rests on holds: its issuer, its signature, its dates, its status.

Every doubt makes it unverified, with the reason as a sentence; nothing is taken for granted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from joserfc.jwk import Key

from features.importers.badge_files import Document
from features.importers.badge_terms import Badge, id_of, moment_of, types_of
from features.importers.documents import Item, cell, json_item
from features.verification.canonical import NotCanonical
from features.verification.data_integrity import holds, is_ours, proofs_of
from features.verification.fetching import NotFetched
from features.verification.jws import read_signed, signed_by_any
from features.verification.keys import KeyNotReadable
from features.verification.status import (
    BITSTRING,
    LIST_CREDENTIALS,
    LISTED,
    TAKES_BACK,
    StatusNotKnown,
    bit_of,
    names_badge,
)
from features.verification.trust import Trust, TrustedIssuer
from recommender.errors import ImportRefused

SUSPENSION: Final = "suspension"
REVOKED: Final = "Its issuer revoked it."


class NotVerified(Exception):
    """A badge is not believed; the message is a sentence without a subject."""


class TakenBack(Exception):
    """Its issuer took a badge back."""


@dataclass
class Checks:
    """Checks badges by whom the district trusts and by what was given beside them."""

    trust: Trust
    beside: Mapping[str, Document] = field(default_factory=dict)
    """Status lists, badge classes, issuers, by their ids."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def trusted(self, badge: Badge) -> TrustedIssuer:
        """Return a badge's issuer, who must be on the list."""
        issuer = self.trust.issuer(badge.issuer)
        if issuer is None:
            raise NotVerified("Its issuer is not on the list of trusted issuers.")
        return issuer

    def keys_of(self, issuer: TrustedIssuer) -> list[Key]:
        """Return an issuer's keys, of which there must be one."""
        keys = self.trust.keys_of(issuer)
        if not keys:
            raise NotVerified("No key of its issuer is known.")
        return keys

    def check_proof(self, document: Document, issuer: TrustedIssuer) -> None:
        """Believe a document only if a key of its issuer signed it.

        Raises
        ------
        NotVerified
            No proof of it holds; the message says why.
        """
        keys = self.keys_of(issuer)
        if document.signed is not None:
            _check_claims(document.content)
            if not signed_by_any(document.signed, keys):
                raise NotVerified("Its signature holds with none of its issuer's keys.")
            return
        proofs = proofs_of(document.content)
        if not proofs:
            raise NotVerified("It has no proof.")
        ours = [proof for proof in proofs if is_ours(proof)]
        if not ours:
            kinds = " ".join(cell(proofs[0].get(name)) for name in ("type", "cryptosuite")).strip()
            raise NotVerified(f"Its proof is of a kind that is not verified here ({kinds[:80]}).")
        try:
            if not any(
                holds(document.content, proof, keys) for proof in ours if self._lasts(proof)
            ):
                raise NotVerified("Its signature holds with none of its issuer's keys.")
        except (NotCanonical, KeyNotReadable) as error:
            raise NotVerified(f"Its signature cannot be checked: {error}.") from None

    def _lasts(self, proof: Item) -> bool:
        until = cell(proof.get("expires"))
        moment = moment_of(until)
        return not until or (moment is not None and moment > self.now)

    def check_dates(self, badge: Badge) -> None:
        """Believe only what is valid by now, and not over before it began."""
        earned, starts = moment_of(badge.earned), moment_of(badge.starts)
        if earned is None or starts is None:
            raise NotVerified("It does not say when it was earned.")
        if max(earned, starts) > self.now:
            raise NotVerified("It is not valid yet.")
        if badge.expires:
            expires = moment_of(badge.expires)
            if expires is None:
                raise NotVerified("When it expires cannot be read.")
            if expires < starts:
                raise NotVerified("It expires before it was issued.")

    def check_status(self, badge: Badge, entry: Item) -> None:
        """Ask the list that an entry of a badge's status names."""
        kinds = types_of(entry)
        if kinds & LISTED:
            self._check_revocation_list(badge, cell(entry.get("id")).partition("#")[0])
        elif kinds & BITSTRING:
            self._check_bit(badge, entry)
        else:
            kind = ", ".join(sorted(kinds))[:80]
            raise NotVerified(f"Its status is told in a way that is not known here ({kind}).")

    def _check_bit(self, badge: Badge, entry: Item) -> None:
        purpose = cell(entry.get("statusPurpose")) or "revocation"
        if purpose not in TAKES_BACK:
            return
        listed = self._status_list(cell(entry.get("statusListCredential")))
        issuer = self.trust.issuer(id_of(listed.content.get("issuer")))
        if issuer is None or issuer.id != badge.issuer:
            raise NotVerified("Its status list is another issuer's.")
        try:
            self.check_proof(listed, issuer)
        except NotVerified as error:
            raise NotVerified(f"Its status list is not believed: {error}") from None
        self._check_list_dates(listed.content)
        try:
            is_set = bit_of(listed.content, purpose, entry.get("statusListIndex"))
        except StatusNotKnown as error:
            raise NotVerified(_sentence(error)) from None
        if is_set and purpose == SUSPENSION:
            raise NotVerified("Its issuer has suspended it.")
        if is_set:
            raise TakenBack(REVOKED)

    def _check_list_dates(self, listed: Item) -> None:
        until = moment_of(cell(listed.get("validUntil")) or "9999-12-31")
        if until is None or until < self.now:
            raise NotVerified("Its status list is out of date.")

    def _status_list(self, address: str) -> Document:
        fetched, trouble = self._fetched_document(address)
        found = fetched or self.beside.get(address)
        if found is None or not types_of(found.content) & LIST_CREDENTIALS:
            raise NotVerified(
                "Whether it was revoked cannot be learned: its status list is not given beside "
                f"it, and {trouble or 'what was fetched is no list'}."
            )
        return found

    def told_beside(self, address: str) -> Item:
        """Return what was given beside a badge under an id; an empty object for none."""
        found = self.beside.get(address)
        return found.content if found else {}

    def fetched(self, address: str) -> tuple[Item, str]:
        """Return what stands at an address, or why it is not known."""
        document, trouble = self._fetched_document(address)
        return (
            document.content if document else {}
        ), trouble and f"It cannot be looked up: {trouble}."

    def _fetched_document(self, address: str) -> tuple[Document | None, str]:
        try:
            text = self.trust.fetcher.fetch(address)
            signed = read_signed(text.decode("utf-8", "replace").strip())
            content = json_item(address, signed.payload if signed else text)
        except NotFetched as error:
            return None, str(error)
        except ImportRefused:
            return None, "what stands there is no JSON object"
        return Document(content, signed), ""

    def check_listed(self, badge: Badge, profile: Item) -> None:
        """Ask the list of revoked badges that an issuer's profile names, if it names one."""
        address = cell(profile.get("revocationList"))
        if address:
            self._check_revocation_list(badge, address)

    def _check_revocation_list(self, badge: Badge, address: str) -> None:
        fetched, _ = self.fetched(address)
        listed = fetched or self.told_beside(address)
        if not listed:
            raise NotVerified(
                "Its list of revoked badges is neither given beside it nor may it be fetched."
            )
        owner = id_of(listed.get("issuer"))
        if owner and owner != badge.issuer:
            raise NotVerified("Its list of revoked badges is another issuer's.")
        try:
            if names_badge(listed, badge.key):
                raise TakenBack(REVOKED)
        except StatusNotKnown as error:
            raise NotVerified(_sentence(error)) from None


def _check_claims(content: Item) -> None:
    """Refuse a token whose claims say another thing than the credential in it."""
    said = (("iss", id_of(content.get("issuer"))), ("jti", cell(content.get("id"))))
    for claim, own in said:
        if claim in content and cell(content[claim]) != own:
            raise NotVerified(f"Its token's {claim} is not that of the credential in it.")


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
