"""Renewal, as a plan needs it: what is still missing, and what options may give."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlmodel import Session

from features.renewal_facts import (
    read_credential_facts,
    read_records,
    read_teacher_facts,
    rules_for,
)
from models.plans.asking import TOTAL_KEY, Asked
from recommender.axes import CredentialKey
from recommender.errors import InvalidInput
from recommender.planning.wishes import TOTAL, Credit, CreditAsked
from recommender.renewal.account import account
from recommender.renewal.credit import CreditStatus, credit
from recommender.renewal.facts import Record, TeacherFacts
from recommender.renewal.standing import Account
from recommender.states.schema import Pack
from recommender.states.shelf import Shelf
from recommender.store.tables import Teacher


@dataclass(frozen=True)
class Missing:
    """Units of a category that are still missing (`TOTAL_KEY`: of all together)."""

    key: str
    title: str
    units: Fraction


@dataclass(frozen=True)
class Renewal:
    """A teacher's rules and account on a day; without rules nothing can be asked for."""

    facts: TeacherFacts
    pack: Pack | None = None
    account: Account | None = None

    @property
    def unit(self) -> str:
        """Name of the unit, in the plural."""
        return self.pack.renewal.unit.many if self.pack else "units"

    def missing(self) -> tuple[Missing, ...]:
        """Return what is still missing by the end of the cycle (or of this school year)."""
        if self.account is None:
            return ()
        remaining = self.account.remaining
        total = [Missing(TOTAL_KEY, "In total", remaining)] if remaining else []
        categories = [
            Missing(item.key, item.title, item.remaining)
            for item in self.account.categories
            if item.remaining
        ]
        return (*categories, *total)

    def asked(self, wanted: Asked) -> tuple[CreditAsked, ...]:
        """Return the credit that is asked for, with titles.

        Raises
        ------
        InvalidInput
            No rules are known for the teacher, or they have no such category.
        """
        if wanted.credits and self.pack is None:
            raise InvalidInput("No renewal rules are known for this teacher, so no credit is.")
        return tuple(self._asked(key, units) for key, units in wanted.credits)

    def credits_of(
        self, session: Session, keys: Iterable[CredentialKey], until: date
    ) -> dict[CredentialKey, Credit]:
        """Return the possible credit of some credentials, if earned by the end of a plan."""
        if self.pack is None:
            return {}
        found = {}
        for key, facts in read_credential_facts(session, keys, until).items():
            told = credit(Record.if_earned(facts, until), self.facts, self.pack)
            possible = [item for item in told if item.status is CreditStatus.POSSIBLE]
            if possible:
                categories = frozenset(item.category for item in possible if item.category)
                units = float(possible[0].units)
                found[key] = Credit(units, categories, self._cap_of(facts.kind))
        return found

    def caps(self) -> dict[str, float]:
        """Return how many units each cap still lets count."""
        if self.pack is None or self.account is None:
            return {}
        return {
            name: float(max(Fraction(0), cap.maximum.value - self._counted(cap.kinds)))
            for name, cap in self.pack.renewal.caps.items()
        }

    def _asked(self, key: str, units: float) -> CreditAsked:
        if key == TOTAL_KEY:
            return CreditAsked(TOTAL, "", units)
        categories = self.pack.renewal.categories if self.pack else {}
        if key not in categories:
            known = ", ".join([*categories, TOTAL_KEY])
            raise InvalidInput(f"The rules have no category '{key}'; they have {known}.")
        return CreditAsked(key, categories[key].title, units)

    def _cap_of(self, kind: str) -> str | None:
        caps = self.pack.renewal.caps if self.pack and self.account else {}
        return next((name for name, cap in caps.items() if kind in cap.kinds), None)

    def _counted(self, kinds: Iterable[str]) -> Fraction:
        shares = self.account.shares if self.account else ()
        return sum(
            (share.units for share in shares if share.record.credential.kind in set(kinds)),
            Fraction(0),
        )


def read_renewal(session: Session, shelf: Shelf, teacher: Teacher, on: date) -> Renewal:
    """Return what is known of a teacher's renewal on a day."""
    (facts,) = read_teacher_facts(session, [teacher], on)
    pack = rules_for(shelf, facts, on)
    if pack is None:
        return Renewal(facts)
    return Renewal(facts, pack, account(read_records(session, teacher, on), facts, pack, on))
