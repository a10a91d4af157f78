"""Facts of some teachers made of what the store's one statement told of them."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.catalog import word_matrix, words
from features.licence_rows import Places as RulePlaces
from features.licence_rows import licence_rows, place_of, rule_places
from features.person_rows import PersonRow, Places, Told, day_end, day_start, moment_of
from features.roster_rows import roster_row
from features.school_rows import school_keys
from features.state import CONTEXT, Contexts, FactRows, LicenceRows, share_of_scale
from recommender.axes import ABSENT, Axes
from recommender.careers.ways import PathwayRule
from recommender.teacher_state import (
    ACT,
    ASSESSMENT,
    EVENT,
    GOAL,
    PATHWAY,
    RATING,
    RECORD,
    Ragged,
)
from recommender.vocabulary import ActKind, EventKind, RecordStatus, SetBy

_STATUSES: Final = {status.value: status.code for status in RecordStatus}
_KINDS: Final = {kind.value: kind.code for kind in EventKind}
_SETTERS: Final = {by.value: by.code for by in SetBy}
_ACTS: Final = {kind.value: kind.code for kind in ActKind}


Row = Any
"""A `PersonRow` of a known kind: the texts and numbers that its kind has are never None."""

Said = Callable[[Row, Places], tuple[Any, ...]]
"""Says what a row holds, as the fields of its kind's array."""


def chose_pathways(rows: Iterable[PersonRow]) -> bool:
    """Whether some row is a goal on a pathway, so that the rules of pathways are needed."""
    return any(row.kind == Told.GOAL and row.d for row in rows)


@dataclass(frozen=True)
class PersonFacts:
    """Makes facts of rows; a few rows become an array fastest as a list of tuples."""

    rows: Sequence[list[PersonRow]]
    """Of each kind (`by_kind`)."""
    owners: dict[int, int]
    axes: Axes
    places: Places

    def records(self) -> FactRows:
        """Return where the teachers stand with credentials."""
        return self._facts(Told.RECORD, RECORD, record_of)

    def events(self) -> FactRows:
        """Return what the teachers did with suggestions."""
        return self._facts(Told.EVENT, EVENT, event_of)

    def acts(self, teachers: int, as_of: int) -> Ragged:
        """Return what coaches did by a moment; it is no evidence, so it is in no snapshot."""
        facts = self._facts(Told.ACT, ACT, act_of)
        known = facts.keep((facts.rows["on"] <= as_of) & (facts.rows["credential"] != ABSENT))
        return Ragged.group(known.owner, known.rows, teachers)

    def ratings(self) -> FactRows:
        """Return evaluation ratings."""
        return self._facts(Told.RATING, RATING, rating_of)

    def assessments(self) -> FactRows:
        """Return self-assessments."""
        return self._facts(Told.ASSESSMENT, ASSESSMENT, assessment_of)

    def goals(self) -> FactRows:
        """Goals on a standard; one on a pathway alone has no place in the arrays."""
        return self._facts(Told.GOAL, GOAL, goal_of)

    def pathways(self, rules: tuple[PathwayRule, ...]) -> FactRows | None:
        """Goals on a pathway."""
        if not chose_pathways(self.rows[Told.GOAL]):
            return None
        places = rule_places(rules)
        districts = self._districts()
        facts = self._facts(
            Told.GOAL,
            PATHWAY,
            lambda row, _: pathway_of(row, places, districts[row.owner][0]),
        )
        return facts.keep(np.array([bool(row.d) for row in self.rows[Told.GOAL]], dtype=bool))

    def licences(self) -> LicenceRows:
        """Tell what the roster says of licences."""
        districts = self._districts()
        rows = self.rows[Told.CONTEXT]
        entries = [roster_row(row, *districts[row.owner]) for row in rows]
        return licence_rows(entries, [date.fromisoformat(row.g) if row.g else None for row in rows])

    def _districts(self) -> dict[int, tuple[str, str]]:
        """Return the district of each teacher, and its state."""
        return {row.owner: (row.a or "", row.b or "") for row in self.rows[Told.TEACHER]}

    def contexts(self) -> Contexts:
        """Return what the roster says, while it was valid."""
        rows = self.rows[Told.CONTEXT]
        bands = [words(row.c or "") for row in rows]
        subjects = [words(row.d or "") for row in rows]
        return Contexts(
            self._facts(
                Told.CONTEXT,
                CONTEXT,
                lambda row, _: (
                    *(day_start(row.a), day_end(row.b)),
                    math.nan if row.x is None else row.x,
                ),
            ),
            word_matrix(bands, self.axes.grade_band_columns),
            word_matrix(subjects, self.axes.subject_columns),
            self.licences(),
            self.schools(),
        )

    def schools(self) -> NDArray[np.int64]:
        """Return the keys of school and district of each roster entry."""
        districts = self._districts()
        return school_keys(
            [(districts[row.owner][0], row.j or "") for row in self.rows[Told.CONTEXT]]
        )

    def _facts(self, kind: Told, dtype: np.dtype[Any], said: Said) -> FactRows:
        rows, owners, places = self.rows[kind], self.owners, self.places
        return FactRows(
            np.array([owners[row.owner] for row in rows], dtype=np.int64),
            np.array([said(row, places) for row in rows], dtype=dtype),
        )


def record_of(row: Row, places: Places) -> tuple[Any, ...]:
    """Return the fields of a `RECORD`."""
    return places.credentials.get(row.ref, ABSENT), _STATUSES[row.b], moment_of(row.a)


def event_of(row: Row, places: Places) -> tuple[Any, ...]:
    """Return the fields of an `EVENT`."""
    return places.credentials.get(row.ref, ABSENT), _KINDS[row.b], moment_of(row.a)


def act_of(row: Row, places: Places) -> tuple[Any, ...]:
    """Return the fields of an `ACT`."""
    return places.credentials.get(row.ref, ABSENT), _ACTS[row.b], moment_of(row.a)


def rating_of(row: Row, places: Places) -> tuple[Any, ...]:
    """Return the fields of a `RATING`."""
    return (places.standards.get(row.ref, ABSENT), *_leveled(row), day_start(row.a))


def assessment_of(row: Row, places: Places) -> tuple[Any, ...]:
    """Return the fields of an `ASSESSMENT`."""
    return (*rating_of(row, places), bool(row.flag))


def goal_of(row: Row, places: Places) -> tuple[Any, ...]:
    """Return the fields of a `GOAL`."""
    standard = places.standards.get(row.ref, ABSENT)
    return standard, _SETTERS[row.c], day_start(row.a), day_end(row.b)


def pathway_of(row: Row, rules: RulePlaces, district: str) -> tuple[Any, ...]:
    """Return the fields of a `PATHWAY`, of a teacher of a district."""
    return (
        place_of(rules, district, row.d),
        _SETTERS[row.c],
        *(day_start(row.a), day_end(row.b)),
    )


def _leveled(row: PersonRow) -> tuple[float, float, float]:
    """Return the level as a share of its scale, and the scale's ends."""
    low, high = row.y or 0.0, row.z or 0.0
    return _share(row.x, low, high), low, high


@lru_cache(maxsize=1 << 14)
def _share(level: float | None, low: float, high: float) -> float:
    """Return one level's share; the levels of everybody are few, the arithmetic is everybody's."""
    return float(share_of_scale(math.nan if level is None else level, low, high))
