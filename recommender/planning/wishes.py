"""What a growth plan is made of and held to: options, needs and limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from recommender.axes import CredentialKey, StandardKey

DAYS_A_MONTH: Final = 30.4375
MOST_ITEMS: Final = 12
USUAL_HOURS: Final = 15.0
"""Taken where the catalog tells no hours; every plan says where it did so."""

TOTAL: Final = ""
"""Stands for 'in whatever category' among the credit that is asked for."""


@dataclass(frozen=True)
class Growth:
    """A standard to grow on; `need` weighs it against the others (above 0)."""

    standard: StandardKey
    title: str
    need: float


@dataclass(frozen=True)
class Credit:
    """Possible renewal credit of an option: units that may be split between the categories."""

    units: float
    categories: frozenset[str] = frozenset()
    group: str | None = None
    """Key of the cap that they fall under."""


@dataclass(frozen=True)
class Option:
    """A micro-credential that a plan may hold."""

    key: CredentialKey
    title: str
    gains: tuple[float, ...]
    """How much it develops each standard that is grown on, 0 to 1, in the order of the wishes."""
    hours: float | None = None
    cost_usd: float | None = None
    stack: str = ""
    prerequisites: tuple[CredentialKey, ...] = ()
    """Those that the teacher does not hold yet."""
    credit: Credit | None = None
    taste: float = 0.0
    """Place among the teacher's suggestions, 0 to 1; it decides between plans of equal cover."""
    under_way: bool = False


@dataclass(frozen=True)
class CreditAsked:
    """Units of a category that the plan must be able to give (`TOTAL`: of all together)."""

    category: str
    title: str
    units: float


@dataclass(frozen=True)
class Wishes:
    """What a coach asks of a plan."""

    growth: tuple[Growth, ...]
    hours_a_month: float
    starts_on: date
    until: date
    budget_usd: float | None = None
    credits: tuple[CreditAsked, ...] = ()
    unit: str = "units"
    """Name of the unit of renewal credit."""
    caps: Mapping[str, float] = field(default_factory=dict)
    """Most units of each group of options that counts."""
    most_items: int = MOST_ITEMS
    unknown_hours: float = USUAL_HOURS
    locked: frozenset[CredentialKey] = frozenset()
    left_out: frozenset[CredentialKey] = frozenset()

    @property
    def months(self) -> float:
        """Length of the plan; both days count."""
        return ((self.until - self.starts_on).days + 1) / DAYS_A_MONTH

    @property
    def hours(self) -> float:
        """Hours that there are in all."""
        return self.hours_a_month * self.months

    def hours_of(self, option: Option) -> float:
        """Return the hours that an option is taken to need."""
        return self.unknown_hours if option.hours is None else option.hours
