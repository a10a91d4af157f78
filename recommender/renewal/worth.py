"""What each credential of a catalog gives under one profile, as arrays: worked out once.

What is needed by a day is a few *needs*, each an amount that some credentials answer to: the total,
or this school year's, and for every set T of a plan's categories the sum of their minimums, which
any credential that fits one of T answers to. Credit is split between categories, never counted
twice, so by the allocation's max-flow min-cut (see `allocation`) what is left of all together is

    left = max over needs k of max(0, amount_k - received_k)

with received_k the units that answer to k, those under a cap counted up to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.axes import ABSENT
from recommender.renewal.credit import categories_of, units_of
from recommender.renewal.facts import CredentialFacts
from recommender.renewal.matching import Fits
from recommender.renewal.profiles import Profile
from recommender.states.schema import Pack

MOST_PROFILES: Final = 500
"""So many tables are remembered of a catalog; profiles of packs long gone must not pile up."""


@dataclass(frozen=True)
class UnitTable:
    """What m credentials give under one profile, and what is needed."""

    units: NDArray[np.float64]
    """Possible units of each credential, 0 where none are; shape (m,)."""
    amounts: NDArray[np.float64]
    """Units of each of K needs; shape (K,)."""
    answers: NDArray[np.bool_]
    """Which credentials answer to a need; shape (K, m)."""
    cap: NDArray[np.int32]
    """Place of the cap that each credential falls under, or `ABSENT`; shape (m,)."""
    caps: NDArray[np.float64]
    """Most units of each cap, in a school year where the rules are yearly, else a cycle."""
    yearly_need: bool
    """Whether what is needed is needed in this school year, not in the cycle."""

    @cached_property
    def needed(self) -> float:
        """Units needed in all."""
        return float(self.amounts.max(initial=0.0))

    @cached_property
    def gives(self) -> NDArray[np.float64]:
        """Units of each credential that answer to a need, 0 where it does not; shape (K, m)."""
        return np.where(self.answers, self.units, 0.0)

    @cached_property
    def most(self) -> NDArray[np.float64]:
        """Units of what is needed that each credential would fill of a need still whole; (m,)."""
        return np.minimum(self.units, self.needed)


class Worth:
    """The credentials of a catalog, and a `UnitTable` for each profile that was asked for.

    Parameters
    ----------
    credentials
        In the order of the axes.
    """

    def __init__(self, credentials: Sequence[CredentialFacts]) -> None:
        self.credentials = tuple(credentials)
        self._lock = Lock()
        self._tables: dict[Profile, UnitTable] = {}
        self._by_rules: dict[tuple[int, str | None, frozenset[str]], Profile] = {}

    def of(self, profile: Profile) -> UnitTable:
        """Return the table of a profile; the same rules are worked out once."""
        with self._lock:
            key = (id(profile.pack), profile.plan, profile.routes)
            known = self._by_rules.get(key)
            if known is None:
                if len(self._tables) >= MOST_PROFILES:
                    self._tables.clear()
                    self._by_rules.clear()
                # The profile is kept with its pack, so the pack's id cannot come to mean another.
                known = self._by_rules[key] = profile
                self._tables[known] = unit_table(self.credentials, profile)
            return self._tables[known]


def unit_table(credentials: Sequence[CredentialFacts], profile: Profile) -> UnitTable:
    """Return what credentials give under a profile."""
    pack = profile.pack
    units = np.array([_units(one, profile) for one in credentials], dtype=np.float64)
    amounts, answers = _needs(credentials, profile)
    caps = list(pack.renewal.caps.values())
    by_kind = {kind: place for place, cap in enumerate(caps) for kind in reversed(cap.kinds)}
    return UnitTable(
        units=units,
        amounts=np.array(amounts, dtype=np.float64),
        answers=np.array(answers, dtype=bool).reshape(len(amounts), len(credentials)),
        cap=np.array([by_kind.get(one.kind, ABSENT) for one in credentials], dtype=np.int32),
        caps=np.array([float(cap.maximum.value) for cap in caps], dtype=np.float64),
        yearly_need=_total(pack, profile.plan) is None,
    )


def _units(credential: CredentialFacts, profile: Profile) -> float:
    for key, route in profile.pack.renewal.routes.items():
        if credential.kind in route.kinds:
            units = units_of(credential, route) if key in profile.routes else None
            return 0.0 if units is None else float(units)
    return 0.0


def _total(pack: Pack, plan: str | None) -> float | None:
    told = (pack.renewal.plans[plan].total if plan else None) or pack.renewal.total
    return None if told is None else float(told.value)


def _needs(
    credentials: Sequence[CredentialFacts], profile: Profile
) -> tuple[list[float], list[list[bool]]]:
    """Return the amount of every need, and which credentials answer to it."""
    pack, everything = profile.pack, [True] * len(credentials)
    total = _total(pack, profile.plan)
    if total is None:
        yearly = pack.renewal.yearly
        return ([float(yearly.total.value)], [everything]) if yearly else ([], [])
    minimums = pack.renewal.plans[profile.plan].minimums if profile.plan else {}
    fitting = [
        {
            name
            for name, answer in categories_of(one, pack, profile.plan).items()
            if answer is Fits.YES
        }
        for one in credentials
    ]
    amounts, answers = [total], [everything]
    for size in range(1, len(minimums) + 1):
        for some in combinations(minimums, size):
            amounts.append(float(sum(minimums[name].value for name in some)))
            answers.append([not own.isdisjoint(some) for own in fitting])
    return amounts, answers
