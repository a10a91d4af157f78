"""Roster entries and goals as renewal and careers need them, for snapshot and live alike."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

import numpy as np

from features.catalog import words
from features.state import LicenceRows
from recommender.axes import ABSENT
from recommender.careers.ways import PathwayRule
from recommender.clock import day_start_ms
from recommender.renewal.facts import TeacherFacts
from recommender.teacher_state import UNDATED_MS
from recommender.vocabulary import SHARED

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 9000


class RosterRow(NamedTuple):
    """A roster entry as text; what is empty is unknown."""

    district: str
    state: str
    grade_bands: str = ""
    subjects: str = ""
    license_type: str = ""
    role: str = ""
    employer: str = ""

    def facts(self) -> TeacherFacts:
        """Return what renewal sees of the entry, without the day on which the licence ends."""
        return TeacherFacts(
            state=state_code(self.state),
            district=self.district,
            grade_bands=frozenset(words(self.grade_bands)),
            subjects=frozenset(words(self.subjects)),
            license_type=self.license_type.strip(),
            role=self.role.strip(),
            employer=self.employer.strip(),
        )


def licence_rows(entries: Sequence[RosterRow], ends: Sequence[date | None]) -> LicenceRows:
    """Return entries as arrays, each different one once.

    Parameters
    ----------
    entries
        Roster entries.
    ends
        Last day of each licence.
    """
    places: dict[RosterRow, int] = {}
    kind = [places.setdefault(row, len(places)) for row in entries]
    known = [credible(day) for day in ends]
    return LicenceRows(
        tuple(row.facts() for row in places),
        np.array(kind, dtype=np.int32),
        np.array([UNDATED_MS if day is None else day_start_ms(day) for day in known], np.int64),
    )


def state_code(state: str) -> str:
    """Return a state's code as packs write it."""
    return state.strip().upper()


def credible(expires: date | None) -> date | None:
    """Return the day, or None where some system wrote an impossible year for 'no end'."""
    known = expires is not None and FIRST_YEAR <= expires.year <= LAST_YEAR
    return expires if known else None


Places = Mapping[tuple[str, str], int]


def rule_places(rules: Sequence[PathwayRule]) -> Places:
    """Return the place of each rule by its district and name."""
    return {(rule.district, rule.name): place for place, rule in enumerate(rules)}


def place_of(places: Places, district: str, pathway: str) -> int:
    """Return the place of the pathway that a goal names: the district's own before a shared one."""
    shared = places.get((SHARED, pathway), ABSENT)
    return places.get((district, pathway), shared)
