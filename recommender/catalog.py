"""The catalog as arrays and cards: what eligibility, scoring and reasons need of it."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from recommender.asking import Asking
from recommender.axes import ABSENT, Axes, StandardKey
from recommender.once import Remembered
from recommender.renewal.facts import CredentialFacts
from recommender.renewal.worth import Worth
from recommender.states.amounts import exact_hours
from recommender.states.schema import MICRO_CREDENTIAL
from recommender.teacher_state import Ragged
from recommender.vocabulary import HUB_FRAMEWORK

T = TypeVar("T")

MOST_REMEMBERED: Final = 10_000
"""So much is remembered of a catalog: eligibility of all alike, pieces of answers."""


@dataclass(frozen=True)
class CredentialCard:
    """What is shown of a micro-credential; an empty text or None is unknown."""

    title: str = ""
    issuer: str = ""
    competency: str = ""
    description: str = ""
    hours: float | None = None
    cost_usd: float | None = None
    grade_bands: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    stack: str = ""
    url: str = ""
    kind: str = MICRO_CREDENTIAL
    format: str = ""
    serves: tuple[str, ...] = ()
    needs_students: bool | None = None
    """Whether its evidence comes from work with students; None where not known."""


@dataclass(frozen=True)
class Catalog:
    """m micro-credentials and s standards, in the order of `axes`."""

    axes: Axes
    cards: tuple[CredentialCard, ...]
    standard_titles: tuple[str, ...]
    known: NDArray[np.bool_]
    """False for a stub that only records name; shape (m,)."""
    valid_from: NDArray[np.int64]
    """Moment from which it may be started; shape (m,)."""
    retired_on: NDArray[np.int64]
    """Moment from which it may no longer be started; shape (m,)."""
    quality: NDArray[np.int8]
    """Codes of `QualityStatus` as the catalog's file says; shape (m,)."""
    grade_bands: NDArray[np.bool_]
    """bool[m, g]; a row without any suits every grade band."""
    subjects: NDArray[np.bool_]
    """bool[m, u]; a row without any suits every subject."""
    prerequisites: Ragged
    """For each credential the columns (int32) of those to hold first."""
    reach: NDArray[np.float32]
    """float32[m, s] in 0..1: how much a credential develops a standard, directly or through the
    crosswalk; roots are 0."""
    aligned: tuple[frozenset[StandardKey], ...] = ()
    """Standards that each credential is itself aligned to; empty where nothing is known of any."""

    reviewed: Mapping[str, NDArray[np.int8]] = field(default_factory=dict)
    """For each checklist the status that reviews make, `ABSENT` where there are none; (m,)."""
    checklists: Mapping[str, str] = field(default_factory=dict)
    """The checklist of each district that has one."""

    def __len__(self) -> int:
        return len(self.cards)

    @cached_property
    def micro(self) -> NDArray[np.bool_]:
        """Which are micro-credentials, not other professional development; shape (m,)."""
        return np.array([card.kind == MICRO_CREDENTIAL for card in self.cards], dtype=bool)

    def remember(self, what: Hashable, work_out: Callable[[], T]) -> T:
        """Return what follows from this catalog and from what `what` names; worked out once."""
        found: T = self._remembered.find(what, work_out)
        return found

    @cached_property
    def _remembered(self) -> Remembered[Any]:
        return Remembered(MOST_REMEMBERED)

    def quality_for(self, district_id: str) -> NDArray[np.int8]:
        """Return the status that a district's suggestions go by; codes of `QualityStatus`, (m,).

        Reviews against the district's checklist go before the catalog's own word (`quality`).
        """
        made = self.reviewed.get(self.checklists.get(district_id, ""))
        return self.quality if made is None else np.where(made == ABSENT, self.quality, made)

    @cached_property
    def credential_facts(self) -> tuple[CredentialFacts, ...]:
        """What the renewal rules see of each credential."""
        aligned = self.aligned or (frozenset(),) * len(self)
        return tuple(
            CredentialFacts(
                key=key,
                title=card.title,
                hours=exact_hours(card.hours),
                kind=card.kind,
                issuer=card.issuer,
                stack=card.stack,
                subjects=frozenset(card.subjects),
                serves=frozenset(card.serves),
                standards=standards,
            )
            for key, card, standards in zip(self.axes.credentials, self.cards, aligned, strict=True)
        )

    @cached_property
    def worth(self) -> Worth:
        """What each credential gives towards renewal, remembered for each set of rules."""
        return Worth(self.credential_facts)

    @cached_property
    def asking(self) -> Asking:
        """Which credentials ask for others first."""
        return Asking.of(self.prerequisites)

    @cached_property
    def precedence(self) -> NDArray[np.int32]:
        """Place of each among credentials of equal score: free, paid, unknown cost; then by key."""
        keys = self.axes.credentials
        ordered = sorted(
            range(len(self)), key=lambda c: (_cost_class(self.cards[c].cost_usd), keys[c])
        )
        places = np.empty(len(self), dtype=np.int32)
        places[ordered] = np.arange(len(self), dtype=np.int32)
        return places

    @cached_property
    def areas(self) -> NDArray[np.int32]:
        """Column of the standard that each develops most, -1 where none; shape (m,).

        Among those of the hub framework where it develops any: there all frameworks meet.
        """
        hub = np.array([key[0] == HUB_FRAMEWORK for key in self.axes.standards], dtype=bool)
        most = np.full(len(self), -1, dtype=np.int32)
        for among in (np.ones(len(hub), dtype=bool), hub):
            columns = np.flatnonzero(among)
            if len(columns):
                reach = self.reach[:, columns]
                found = reach.max(axis=1) > 0
                most[found] = columns[reach.argmax(axis=1)[found]]
        return most

    @cached_property
    def issuers(self) -> NDArray[np.int32]:
        """A number for the issuer of each, -1 where unknown; shape (m,)."""
        return _numbers(card.issuer.casefold() or None for card in self.cards)


def _cost_class(cost_usd: float | None) -> int:
    """Return 0 for free, 1 for paid, 2 for a cost that is not known."""
    if cost_usd is None:
        return 2
    return int(cost_usd > 0)


def _numbers(values: Iterable[Hashable | None]) -> NDArray[np.int32]:
    """Return a number for each different value, -1 for None."""
    known: dict[Hashable, int] = {}
    return np.fromiter(
        (-1 if value is None else known.setdefault(value, len(known)) for value in values),
        dtype=np.int32,
    )


def visible_to(axes: Axes, district_id: str) -> NDArray[np.bool_]:
    """Return which credentials a district may see: the shared and its own; shape (m,)."""
    return np.array([key[0] in ("", district_id) for key in axes.credentials], dtype=bool)
