"""The live store, as evidence sees it: the catalog of a day and teachers' states of this moment.

No pandas: a serving process loads this. Only facts in force count (`superseded_at IS NULL`).
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlmodel import Session, col

from features.catalog import build_catalog, word_matrix, words
from features.catalog_rows import read_catalog_rows
from features.licence_rows import RosterRow, licence_rows, place_of, rule_places
from features.pathway_facts import read_pathway_rules
from features.person_rows import (
    PersonRow,
    Places,
    Told,
    day_end,
    day_start,
    moment_of,
    read_places,
    read_rows,
)
from features.school_rows import school_keys
from features.state import (
    CONTEXT,
    Contexts,
    FactRows,
    Facts,
    LicenceRows,
    share_of_scale,
    teacher_states,
)
from recommender.axes import ABSENT, Axes
from recommender.careers.ways import PathwayRule
from recommender.catalog import Catalog
from recommender.errors import InvalidInput, NotFound
from recommender.states.shelf import Shelf, shelf_in_force
from recommender.store.tables import Teacher
from recommender.teacher_state import (
    ACT,
    ASSESSMENT,
    EVENT,
    GOAL,
    PATHWAY,
    RATING,
    RECORD,
    Ragged,
    TeacherStates,
)
from recommender.vocabulary import ActKind, EventKind, RecordStatus, SetBy

IDS_A_QUERY: Final = 500
"""So many teachers are asked for at once; SQLite allows 32,766 parameters, PostgreSQL 65,535."""


def read_catalog(
    session: Session, as_of: date, axes: Axes | None = None, shelf: Shelf | None = None
) -> Catalog:
    """Return the catalog.

    Parameters
    ----------
    session
        A session on the store.
    as_of
        The day; alignments are those valid on it.
    axes
        Those of a bundle, to score with it now. Where left out, everything that was seen by `as_of`
        makes the axes, as in a snapshot of that day.
    shelf
        The packs in force, whose checklists reviews of quality are held against; those of the
        settings where left out.
    """
    return build_catalog(read_catalog_rows(session.connection(), as_of, axes, shelf), axes)


def find_teacher(session: Session, source_id: str, district_id: str | None = None) -> Teacher:
    """Return the teacher with this id.

    Raises
    ------
    NotFound
        No teacher has this id (in this district).
    InvalidInput
        Several districts have this id, and none was named.
    """
    statement = select(Teacher).where(col(Teacher.source_id) == source_id)
    if district_id is not None:
        statement = statement.where(col(Teacher.district_id) == district_id)
    found = session.scalars(statement.limit(2)).all()
    if not found:
        raise unknown_teacher(source_id, district_id)
    if len(found) > 1:
        raise InvalidInput(
            f"Several districts have a teacher '{source_id}'; name the district by --district."
        )
    return found[0]


def unknown_teacher(source_id: str, district_id: str | None = None) -> NotFound:
    """Return what is said of a teacher who does not exist (in this district)."""
    where = f" in the district '{district_id}'" if district_id is not None else ""
    return NotFound(f"There is no teacher '{source_id}'{where}.")


def read_states(
    session: Session,
    teacher_ids: Sequence[int],
    axes: Axes,
    as_of: int,
    places: Places | None = None,
    shelf: Shelf | None = None,
) -> TeacherStates:
    """Return the states of some teachers at a moment, in the order given; one query a chunk.

    One query more where somebody chose a pathway: what pathways ask for.

    Parameters
    ----------
    session
        A session on the store.
    teacher_ids
        Keys of the table `teacher`, each once.
    axes
        Axes of the arrays; facts about what is not on them are left out.
    as_of
        Moment in ms.
    places
        Columns by ids of the store for these axes, where the caller has them.
    shelf
        The packs in force; those of the settings where left out.
    """
    known = places or read_places(session.connection(), axes)
    rows = read_people(session, teacher_ids)
    rules = read_pathway_rules(session) if chose_pathways(rows) else ()
    return states_of(rows, teacher_ids, axes, as_of, known, rules, shelf or shelf_in_force())


def read_people(session: Session, teacher_ids: Sequence[int]) -> list[PersonRow]:
    """Return what the store says of some teachers, by one query for up to `IDS_A_QUERY`."""
    connection = session.connection()
    return [
        row
        for start in range(0, len(teacher_ids), IDS_A_QUERY)
        for row in read_rows(connection, teacher_ids[start : start + IDS_A_QUERY])
    ]


def chose_pathways(rows: Iterable[PersonRow]) -> bool:
    """Whether some row is a goal on a pathway, so that `states_of` needs the rules of pathways."""
    return any(row.kind == Told.GOAL and row.d for row in rows)


def states_of(
    rows: Iterable[PersonRow],
    teacher_ids: Sequence[int],
    axes: Axes,
    as_of: int,
    places: Places,
    rules: tuple[PathwayRule, ...] = (),
    shelf: Shelf | None = None,
) -> TeacherStates:
    """Return the states that rows of the store tell; parameters as of `read_states`.

    Without `shelf` no renewal rules are known, without `rules` no pathway's.
    """
    by_kind: dict[int, list[PersonRow]] = {kind: [] for kind in Told}
    for row in rows:
        by_kind[row.kind].append(row)
    reader = _Reader(by_kind, {id_: row for row, id_ in enumerate(teacher_ids)}, axes, places)
    facts = Facts(
        records=reader.records(),
        ratings=reader.ratings(),
        assessments=reader.assessments(),
        goals=reader.goals(),
        events=reader.events(),
        contexts=reader.contexts(),
        pathways=reader.pathways(rules),
        rules=rules,
        shelf=shelf,
    )
    states = teacher_states(facts, len(teacher_ids), as_of)
    return replace(states, acts=reader.acts(len(teacher_ids), as_of))


_STATUSES: Final = {status.value: status.code for status in RecordStatus}
_KINDS: Final = {kind.value: kind.code for kind in EventKind}
_SETTERS: Final = {by.value: by.code for by in SetBy}
_ACTS: Final = {kind.value: kind.code for kind in ActKind}


@dataclass(frozen=True)
class _Reader:
    """Makes facts of rows; a few rows become an array fastest as a list of tuples."""

    rows: dict[int, list[PersonRow]]
    owners: dict[int, int]
    axes: Axes
    places: Places

    def records(self) -> FactRows:
        place = self.places.credentials
        return self._facts(
            Told.RECORD,
            RECORD,
            lambda row: (place.get(row.ref, ABSENT), _STATUSES[row.b], moment_of(row.a)),
        )

    def events(self) -> FactRows:
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
