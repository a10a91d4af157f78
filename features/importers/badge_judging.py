"""Whether a badge is what its issuer says, by version: believed or not, and why not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from features.importers.badge_files import Document
from features.importers.badge_proofs import REVOKED, Checks, NotVerified, TakenBack
from features.importers.badge_terms import (
    Badge,
    badge_of_assertion,
    badge_of_credential,
    first,
    id_of,
    moment_of,
)
from features.importers.documents import Item, cell
from features.verification.data_integrity import proofs_of
from features.verification.jws import signed_by_any
from features.verification.trust import TrustedIssuer

SIGNED: Final = frozenset({"signed", "SignedBadge"})


@dataclass(frozen=True)
class Judged:
    """A badge, and what was found out about it."""

    badge: Badge
    verified: bool
    why: str = ""
    """Why it is not believed, or was taken back."""
    revoked: bool = False
    expired: datetime | None = None
    title_is_signed: bool = True


class Judge(Checks):
    """Judges badges of every version."""

    def credential(self, document: Document, format_: str, carrier: str = "") -> Judged:
        """Judge a credential of Open Badges 3.0; `carrier` is who signed what it came in.

        Raises
        ------
        NotABadge
            It is none.
        """
        badge = badge_of_credential(document.content, format_)

        def check() -> None:
            issuer = self.trusted(badge)
            if not (carrier and carrier == badge.issuer and not _has_proof(document)):
                self.check_proof(document, issuer)
            self.check_dates(badge)
            for entry in badge.statuses:
                self.check_status(badge, entry)

        return self._concluded(badge, check)

    def carrier_of(self, document: Document) -> str:
        """Return the issuer of a record of learning whose own proof holds; empty otherwise."""
        issuer = self.trust.issuer(id_of(document.content.get("issuer")))
        try:
            if issuer is not None:
                self.check_proof(document, issuer)
                return issuer.id
        except NotVerified:
            pass
        return ""

    def assertion(self, document: Document) -> Judged:
        """Judge an assertion of Open Badges 2.0, signed or hosted.

        Raises
        ------
        NotABadge
            It is none.
        """
        signed = document.signed
        if signed is None:
            return self._hosted(document.content)
        badge_class, inside = self._badge_class(document.content)
        badge = self._assertion_badge(document.content, badge_class)

        def check() -> None:
            issuer = self._issuer_of(badge, inside=inside)
            if not signed_by_any(signed, self.keys_of(issuer)):
                raise NotVerified("Its signature holds with none of its issuer's keys.")
            self.check_dates(badge)
            self.check_listed(badge, self._profile(badge_class, issuer))

        return self._concluded(badge, check, title_is_signed=inside)

    def _hosted(self, given: Item) -> Judged:
        """Judge a hosted assertion: what stands at its address counts, not what was given."""
        address = cell(given.get("id"))
        fetched, trouble = self._hosted_at(given, address)
        content = fetched or given
        badge_class, inside = self._badge_class(content, fetch=bool(fetched))
        badge = self._assertion_badge(content, badge_class)

        def check() -> None:
            if trouble:
                raise NotVerified(trouble)
            issuer = self._issuer_of(badge, inside=inside)
            if not issuer.owns(address):
                raise NotVerified("It is hosted at an address that is not its issuer's.")
            if fetched.get("revoked") is True:
                raise TakenBack(REVOKED)
            self.check_dates(badge)

        return self._concluded(badge, check, title_is_signed=inside)

    def _hosted_at(self, given: Item, address: str) -> tuple[Item, str]:
        """Return what stands at an assertion's address, or why that is not known."""
        kind = cell(first(given.get("verification") or given.get("verify")).get("type"))
        if kind in SIGNED:
            return {}, "It says that it is signed, and no signature came with it."
        if self.trust.owner(address) is None:
            return {}, "It is hosted at an address of none of the trusted issuers."
        fetched, trouble = self.fetched(address)
        if fetched and cell(fetched.get("id")) != address:
            return {}, "What stands at its address is another badge."
        return fetched, trouble

    def _concluded(
        self, badge: Badge, check: Callable[[], None], *, title_is_signed: bool = True
    ) -> Judged:
        try:
            check()
        except TakenBack as error:
            return Judged(badge, verified=True, why=str(error), revoked=True)
        except NotVerified as error:
            return Judged(badge, verified=False, why=str(error))
        expires = moment_of(badge.expires) if badge.expires else None
        over = expires if expires is not None and expires <= self.now else None
        return Judged(badge, verified=True, expired=over, title_is_signed=title_is_signed)

    def _assertion_badge(self, content: Item, badge_class: Item) -> Badge:
        issuer = badge_class.get("issuer")
        profile = issuer if isinstance(issuer, dict) else self.told_beside(id_of(issuer))
        named = profile
        if not badge_class:
            owner = self.trust.owner(id_of(content.get("badge")))
            named = {"id": owner.id, "name": owner.name} if owner else {}
        return badge_of_assertion(content, badge_class, named)

    def _badge_class(self, content: Item, *, fetch: bool = True) -> tuple[Item, bool]:
        """Return what was achieved, and whether the signed text itself holds it."""
        badge = content.get("badge")
        if isinstance(badge, dict) and badge.get("name"):
            return badge, True
        address = id_of(badge)
        if fetch and self.trust.owner(address) is not None:
            fetched, _ = self.fetched(address)
            if fetched and cell(fetched.get("id")) == address:
                return fetched, True
        return self.told_beside(address), False

    def _issuer_of(self, badge: Badge, *, inside: bool) -> TrustedIssuer:
        issuer = self.trusted(badge)
        if not inside and not issuer.owns(badge.achievement):
            raise NotVerified(
                "What was achieved is described at an address that is not its issuer's."
            )
        return issuer

    def _profile(self, badge_class: Item, issuer: TrustedIssuer) -> Item:
        """Return the issuer's profile of 2.0, which says where its list of revoked badges is."""
        told = badge_class.get("issuer")
        if isinstance(told, dict) and told.get("name"):
            return told
        fetched, _ = self.fetched(issuer.id)
        profile = fetched or self.told_beside(issuer.id)
        if not profile:
            raise NotVerified(
                "Its issuer's profile, which tells of revoked badges, is neither given beside it "
                "nor may it be fetched."
            )
        return profile


def _has_proof(document: Document) -> bool:
    return document.signed is not None or bool(proofs_of(document.content))
