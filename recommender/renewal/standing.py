"""What an account says: how much is there, how much is needed, by when."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from recommender.renewal.credit import LicenceStatus
from recommender.renewal.facts import Record
from recommender.renewal.periods import Period
from recommender.states.schema import Unit
from recommender.states.told import Basis


@dataclass(frozen=True)
class Standing:
    """Possible credit there is against what is needed, in the state's unit."""

    key: str
    title: str
    earned: Fraction
    needed: Fraction
    basis: Basis

    @property
    def remaining(self) -> Fraction:
        """What is still missing."""
        return max(Fraction(0), self.needed - self.earned)


@dataclass(frozen=True)
class YearStanding:
    """One school year's need."""

    year: Period
    standing: Standing


@dataclass(frozen=True)
class TopicStanding:
    """A required topic; what the catalog does not tell may have been done elsewhere."""

    key: str
    title: str
    hours: Fraction
    """Hours of it among the records of the cycle."""
    needed: Fraction | None
    """Hours asked for; None where the amount is not known."""
    words: str
    basis: Basis


@dataclass(frozen=True)
class Share:
    """Units of one record placed in one category; '' for those beyond every minimum."""

    record: Record
    category: str
    title: str
    units: Fraction


@dataclass(frozen=True)
class LeftOut:
    """A record that gives nothing, or not all of what it might, and why."""

    record: Record
    words: str


@dataclass(frozen=True)
class Account:
    """Where a teacher stands on a day. All of it is possible credit, none of it a promise."""

    state: str
    district: str
    """District whose file changes the state's rules; empty where the state's hold."""
    on: date
    status: LicenceStatus
    unit: Unit
    cycle: Period | None
    plan: str
    """Title of the group of teachers whose needs these are; empty if there are no groups or the
    teacher's is not known."""
    total: Standing | None
    """Need of the whole cycle; None where the need is yearly or not known."""
    categories: tuple[Standing, ...]
    years: tuple[YearStanding, ...]
    topics: tuple[TopicStanding, ...]
    shares: tuple[Share, ...]
    """One placing that leaves the least open; the district's own may differ."""
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]

    @property
    def by_when(self) -> date | None:
        """Last day of the cycle."""
        return self.cycle.last if self.cycle else None

    @property
    def remaining(self) -> Fraction | None:
        """What is still missing by the end of the cycle; this school year's where it is yearly.

        None where the need is not known.
        """
        if self.total is not None:
            gaps = sum((item.remaining for item in self.categories), Fraction(0))
            return max(self.total.remaining, gaps)
        current = [item.standing for item in self.years if self.on in item.year]
        return current[0].remaining if current else None
