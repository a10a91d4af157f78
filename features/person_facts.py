"""Facts of some teachers made of what the store's one statement told of them."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.catalog import word_matrix, words
from features.licence_rows import RosterRow, licence_rows, place_of, rule_places
from features.person_rows import PersonRow, Places, Told, day_end, day_start, moment_of
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


def chose_pathways(rows: Iterable[PersonRow]) -> bool:
    """Whether some row is a goal on a pathway, so that the rules of pathways are needed."""
    return any(row.kind == Told.GOAL and row.d for row in rows)


@dataclass(frozen=True)
class PersonFacts:
    """Makes facts of rows; a few rows become an array fastest as a list of tuples."""

    rows: dict[int, list[PersonRow]]
    owners: dict[int, int]
    axes: Axes
    places: Places

    def records(self) -> FactRows:
        """Return where the teachers stand with credentials."""
        place = self.places.credentials
        return self._facts(
            Told.RECORD,
            RECORD,
            lambda row: (place.get(row.ref, ABSENT), _STATUSES[row.b], moment_of(row.a)),
        )

    def events(self) -> FactRows:
        """Return what the teachers did with suggestions."""
        place = self.places.credentials
        return self._facts(
            Told.EVENT,
            EVENT,
            lambda row: (place.get(row.ref, ABSENT), _KINDS[row.b], moment_of(row.a)),
        )

    def acts(self, teachers: int, as_of: int) -> Ragged:
        """Return what coaches did by a moment; it is no evidence, so it is in no snapshot."""
        place = self.places.credentials
        facts = self._facts(
            Told.ACT,
            ACT,
            lambda row: (place.get(row.ref, ABSENT), _ACTS[row.b], moment_of(row.a)),
        )
        known = facts.keep((facts.rows["on"] <= as_of) & (facts.rows["credential"] != ABSENT))
        return Ragged.group(known.owner, known.rows, teachers)

    def ratings(self) -> FactRows:
        """Return evaluation ratings."""
        place = self.places.standards
        return self._facts(
            Told.RATING,
            RATING,
            lambda row: (
                *(place.get(row.ref, ABSENT), *_leveled(row)),
                day_start(row.a),
            ),
        )

    def assessments(self) -> FactRows:
        """Return self-assessments."""
        place = self.places.standards
        return self._facts(
            Told.ASSESSMENT,
            ASSESSMENT,
            lambda row: (
                *(place.get(row.ref, ABSENT), *_leveled(row)),
                *(day_start(row.a), bool(row.flag)),
            ),
        )

    def goals(self) -> FactRows:
        """Goals on a standard; one on a pathway alone has no place in the arrays."""
        place = self.places.standards
        return self._facts(
            Told.GOAL,
            GOAL,
            lambda row: (
                *(place.get(row.ref, ABSENT), _SETTERS[row.c]),
                *(day_start(row.a), day_end(row.b)),
            ),
        )

    def pathways(self, rules: tuple[PathwayRule, ...]) -> FactRows | None:
        """Goals on a pathway."""
        if not chose_pathways(self.rows[Told.GOAL]):
            return None
        places = rule_places(rules)
        districts = self._districts()
        facts = self._facts(
            Told.GOAL,
            PATHWAY,
            lambda row: (
                *(place_of(places, districts[row.owner][0], row.d), _SETTERS[row.c]),
                *(day_start(row.a), day_end(row.b)),
            ),
        )
        return facts.keep(np.array([bool(row.d) for row in self.rows[Told.GOAL]], dtype=bool))

    def licences(self) -> LicenceRows:
        """Tell what the roster says of licences."""
        districts = self._districts()
        rows = self.rows[Told.CONTEXT]
        entries = [
            RosterRow(
                district=districts[row.owner][0],
                state=row.e or districts[row.owner][1],
                grade_bands=row.c or "",
                subjects=row.d or "",
                license_type=row.f or "",
                role=row.h or "",
                employer=row.i or "",
            )
            for row in rows
        ]
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
                lambda row: (
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

    def _facts(
        self, kind: Told, dtype: np.dtype[Any], values: Callable[[Any], tuple[Any, ...]]
    ) -> FactRows:
        rows, owners = self.rows[kind], self.owners
        return FactRows(
            np.array([owners[row.owner] for row in rows], dtype=np.int64),
            np.array([values(row) for row in rows], dtype=dtype),
        )


def _leveled(row: PersonRow) -> tuple[float, float, float]:
    """Return the level as a share of its scale, and the scale's ends."""
    low, high = row.y or 0.0, row.z or 0.0
    return _share(row.x, low, high), low, high


@lru_cache(maxsize=1 << 14)
def _share(level: float | None, low: float, high: float) -> float:
    """Return one level's share; the levels of everybody are few, the arithmetic is everybody's."""
    return float(share_of_scale(math.nan if level is None else level, low, high))
