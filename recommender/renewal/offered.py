"""What earning a suggested credential today might give: shown beside a score, never part of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Self

from recommender.renewal.credit import Credit, CreditStatus, credit
from recommender.renewal.facts import CredentialFacts, Record, TeacherFacts
from recommender.states.amounts import amount_text
from recommender.states.schema import Pack, Source
from recommender.states.told import Basis
from recommender.voice import Voice, in_voice


@dataclass(frozen=True)
class Offer:
    """The possible credit of a credential that the teacher does not have yet."""

    status: CreditStatus
    units: Fraction | None
    """Exact amount in the state's unit; None unless possible."""
    unit: str
    """Name of the unit as it goes with the amount; '' unless possible."""
    categories: tuple[str, ...]
    """Titles of the categories between which the units may be split."""
    rule: str
    """Dotted place of the rule in the pack; '' where no pack holds."""
    words: str
    verified: bool
    basis: tuple[Basis, ...]

    def told_in(self, voice: Voice) -> Self:
        """Return the same offer with its sentence in a voice."""
        return replace(self, words=in_voice(self.words, voice))

    @property
    def amount(self) -> str | None:
        """The units as people write them; None unless possible."""
        return None if self.units is None else amount_text(self.units)

    @cached_property
    def as_json(self) -> Mapping[str, Any]:
        """Itself as JSON values, made once for all who share it: nothing is to be written to it."""
        return {
            "status": self.status.value,
            "amount": self.amount,
            "unit": self.unit,
            "categories": list(self.categories),
            "rule": self.rule,
            "words": self.words,
            "verified": self.verified,
            "sources": [source.model_dump() for source in self.sources],
        }

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where it is said, each source once."""
        return tuple(dict.fromkeys(source for item in self.basis for source in item.sources))


def offer(credential: CredentialFacts, teacher: TeacherFacts, pack: Pack | None, on: date) -> Offer:
    """Return what a credential might give a teacher who earned it on a day.

    Parameters
    ----------
    credential, teacher
        The credential and the roster entry of the day.
    pack
        The rules that hold; None where none are known.
    on
        The day.
    """
    if pack is None:
        words = no_rules(teacher.state)
        return Offer(CreditStatus.UNKNOWN, None, "", (), "", words, verified=False, basis=())
    credits_ = credit(Record.if_earned(credential, on), teacher, pack)
    possible = [item for item in credits_ if item.status is CreditStatus.POSSIBLE]
    chosen = possible or list(credits_[:1])
    first = chosen[0]
    unit = first.unit.one if first.units == 1 else first.unit.many
    return Offer(
        first.status,
        first.units if possible else None,
        unit if possible else "",
        tuple(item.category_title for item in possible if item.category is not None),
        first.rule,
        _words(chosen, on),
        verified=all(item.verified for item in chosen),
        basis=tuple(dict.fromkeys(ground for item in chosen for ground in item.basis)),
    )


def no_rules(state: str) -> str:
    """Return what is said where no state's rules hold for a teacher."""
    if not state:
        return "The teacher's state is not known, so nothing can be said of renewal credit."
    return f"No renewal rules are known for the state '{state}'; confirm with your district."


def _words(chosen: list[Credit], on: date) -> str:
    first = chosen[0]
    if first.status is CreditStatus.NONE and first.rule == "renewal.cycle_years":
        return f"Earned on {on}, it would fall outside the renewal cycle."
    titles = [f"'{item.category_title}'" for item in chosen if item.category is not None]
    if len(titles) > 1:
        return f"{first.words} It may be split between {' and '.join(titles)}."
    return first.words
