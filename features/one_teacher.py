"""One teacher's state from the store's rows, as fast as can be: what a request needs.

`features.live.states_of` makes the states of anybody by arrays. Of one teacher these hold ten rows
or none, and a call of numpy costs more than what it does. Here rows become tuples, tuples are put
in order, and arrays come last; what teachers alike share (their roster entry as arrays, the rules
of their licence) is remembered. Both ways make the same state; a test holds them to it.
"""

import math
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.catalog import word_matrix, words
from features.licence_rows import RosterRow, rule_places
from features.person_facts import (
    act_of,
    assessment_of,
    event_of,
    goal_of,
    pathway_of,
    rating_of,
    record_of,
)
from features.person_rows import PersonRow, Places, Told
from features.roster_rows import facts_of, latest_in_force, roster_row
from features.school_rows import school_keys
from features.state import FactRows, known_facts
from recommender.axes import ABSENT, NO_SCHOOL, Axes
from recommender.careers.ways import PathwayRule
from recommender.clock import day_start_ms
from recommender.once import Remembered
from recommender.renewal.facts import TeacherFacts
from recommender.renewal.profiles import Licences, Profile, licences_of
from recommender.states.shelf import Shelf
from recommender.teacher_state import (
    ACT,
    ASSESSMENT,
    EVENT,
    GOAL,
    PATHWAY,
    RATING,
    RECORD,
    UNDATED_MS,
    PathwayGoals,
    Ragged,
    TeacherStates,
)

MOST_ROLES: Final = 20_000
"""So many different roster entries are remembered."""

Fields = tuple[Any, ...]


class _Role(NamedTuple):
    """What a state holds of a roster entry, beside years and the licence's end.

    The arrays are shared, and not to be written to.
    """

    grade_bands: NDArray[np.bool_]
    subjects: NDArray[np.bool_]
    schools: NDArray[np.int64]
    profiles: tuple[Profile, ...]
    profile: NDArray[np.int32]


class Person(NamedTuple):
    """One teacher at a moment, as evidence sees them and as renewal does."""

    state: TeacherStates
    roster: TeacherFacts


class OneTeacher:
    """Reads one teacher after the other, all of them at one moment.

    Parameters
    ----------
    axes, places, rules, shelf
        As for `features.live.states_of`.
    moment
        Facts up to here count.
    """

    def __init__(
        self,
        axes: Axes,
        places: Places,
        rules: tuple[PathwayRule, ...],
        shelf: Shelf | None,
        moment: int,
    ) -> None:
        self._axes = axes
        self._places = places
        self._rules = rules
        self._rule_places = rule_places(rules)
        self._shelf = shelf
        self._moment = moment
        self._as_of = np.array([moment], dtype=np.int64)
        self._roles: Remembered[_Role] = Remembered(MOST_ROLES)
        self._profiles: dict[tuple[int, str | None, frozenset[str]], Profile] = {}
        self._without_entry = _Role(
            *self._fits("", ""),
            np.full((1, 2), NO_SCHOOL, dtype=np.int64),
            (),
            np.array([ABSENT], dtype=np.int32),
        )

    def read(self, told: Sequence[list[PersonRow]]) -> Person:
        """Return the teacher of whom rows of `person_rows.statement` tell, told `by_kind`."""
        (teacher,) = told[Told.TEACHER]
        district, state = teacher.a or "", teacher.b or ""
        entry = latest_in_force(told[Told.CONTEXT], self._moment)
        if entry is None:
            role, roster = self._without_entry, facts_of(RosterRow(district, state), None)
        else:
            row = roster_row(entry, district, state)
            role, roster = self._role(row, entry.j or ""), facts_of(row, entry.g)
        return Person(self._state(told, district, entry, role, roster), roster)

    def _state(
        self,
        told: Sequence[list[PersonRow]],
        district: str,
        entry: PersonRow | None,
        role: _Role,
        roster: TeacherFacts,
    ) -> TeacherStates:
        places, moment = self._places, self._moment
        goals = [goal_of(row, places) for row in told[Told.GOAL]]
        return TeacherStates(
            as_of=self._as_of,
            records=self._known(RECORD, [record_of(row, places) for row in told[Told.RECORD]], 2),
            ratings=self._known(RATING, [rating_of(row, places) for row in told[Told.RATING]], 4),
            assessments=self._known(
                ASSESSMENT, [assessment_of(row, places) for row in told[Told.ASSESSMENT]], 4
            ),
            goals=self._known(GOAL, [goal for goal in goals if goal[3] >= moment], 2),
            events=self._known(EVENT, [event_of(row, places) for row in told[Told.EVENT]], 2),
            grade_bands=role.grade_bands,
            subjects=role.subjects,
            years_experience=_years(entry),
            licences=self._licences(role, roster),
            pathways=self._pathways(told[Told.GOAL], district),
            acts=self._acts([act_of(row, places) for row in told[Told.ACT]]),
            schools=role.schools,
        )

    def _known(self, dtype: np.dtype[Any], said: list[Fields], on: int) -> Ragged:
        """Return what is on the axes and not later than the moment, in canonical order.

        Parameters
        ----------
        dtype
            Of the rows; the first field is what a fact is about.
        said
            The fields of each row.
        on
            Place of the fact's moment among the fields.
        """
        moment = self._moment
        known = [fact for fact in said if fact[on] <= moment and fact[0] != ABSENT]
        if len(known) > 1:
            if len({(fact[on], fact[0]) for fact in known}) < len(known):
                # Two facts on the same thing at the same moment: the other fields decide, by bits.
                owner = np.zeros(len(known), dtype=np.int64)
                return known_facts(FactRows(owner, np.array(known, dtype=dtype)), 1, self._as_of)
            known.sort(key=lambda fact: (fact[on], fact[0]))
        return _ragged(dtype, known)

    def _acts(self, said: list[Fields]) -> Ragged:
        known = [act for act in said if act[2] <= self._moment and act[0] != ABSENT]
        return _ragged(ACT, known)

    def _pathways(self, goals: list[PersonRow], district: str) -> PathwayGoals | None:
        """Return the goals on pathways that hold; None where no goal names one."""
        said = [pathway_of(row, self._rule_places, district) for row in goals if row.d]
        if not said:
            return None
        standing = [goal for goal in said if goal[3] >= self._moment]
        return PathwayGoals(self._known(PATHWAY, standing, 2), self._rules)

    def _role(self, row: RosterRow, school: str) -> _Role:
        return self._roles.find(
            (row, school),
            lambda: _Role(
                *self._fits(row.grade_bands, row.subjects),
                school_keys([(row.district, school)]),
                *self._rules_for(row),
            ),
        )

    def _fits(self, bands: str, subjects: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return the grade bands bool[1, g] and subjects bool[1, u] that list fields name."""
        return (
            word_matrix([words(bands)], self._axes.grade_band_columns),
            word_matrix([words(subjects)], self._axes.subject_columns),
        )

    def _rules_for(self, row: RosterRow) -> tuple[tuple[Profile, ...], NDArray[np.int32]]:
        """Return the profile of a roster entry, if any, and its place; teachers alike share it."""
        if self._shelf is None:
            return (), np.array([ABSENT], dtype=np.int32)
        first, unknown = np.zeros(1, dtype=np.int32), np.array([UNDATED_MS], dtype=np.int64)
        made = licences_of([row.facts()], first, unknown, self._as_of, self._shelf)
        shared = tuple(
            self._profiles.setdefault((id(one.pack), one.plan, one.routes), one)
            for one in made.profiles
        )
        return shared, made.profile

    def _licences(self, role: _Role, roster: TeacherFacts) -> Licences | None:
        if self._shelf is None:
            return None
        day = roster.license_expires_on
        ends = UNDATED_MS if day is None else day_start_ms(day)
        return Licences(role.profiles, role.profile, np.array([ends], dtype=np.int64))


def _ragged(dtype: np.dtype[Any], rows: list[Fields]) -> Ragged:
    return Ragged(np.array([0, len(rows)], dtype=np.int64), np.array(rows, dtype=dtype))


def _years(entry: PersonRow | None) -> NDArray[np.float32]:
    """Return the years of experience, NaN where unknown; shape (1,)."""
    told = None if entry is None else entry.x
    return np.array([math.nan if told is None else told], dtype=np.float32)
