"""The live store, as evidence sees it: the catalog of a day and teachers' states of this moment.

No pandas: a serving process loads this. Only facts in force count (`superseded_at IS NULL`).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, SQLColumnExpression, select
from sqlmodel import Session, col

from features.catalog import build_catalog, word_matrix, words
from features.catalog_rows import read_catalog_rows
from features.moments import codes, day_ends, day_starts, moments, numbers
from features.state import CONTEXT, Contexts, FactRows, Facts, share_of_scale, teacher_states
from recommender.axes import Axes, columns_of
from recommender.catalog import Catalog
from recommender.errors import InvalidInput, NotFound
from recommender.store.facts import Fact
from recommender.store.tables import (
    Credential,
    CredentialRecord,
    EvaluationRating,
    FeedbackEvent,
    GrowthGoal,
    SelfAssessment,
    Standard,
    Teacher,
    TeacherContext,
)
from recommender.teacher_state import ASSESSMENT, EVENT, GOAL, RATING, RECORD, TeacherStates
from recommender.vocabulary import EventKind, RecordStatus, SetBy

IDS_A_QUERY: Final = 500
"""So many teachers are asked for at once; SQLite allows 32,766 parameters, PostgreSQL 65,535."""

Owners = NDArray[np.int64]
Places = NDArray[np.int32]
Columns = list[Sequence[Any]]


def read_catalog(session: Session, as_of: date, axes: Axes | None = None) -> Catalog:
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
    """
    return build_catalog(read_catalog_rows(session.connection(), as_of, axes), axes)


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
    session: Session, teacher_ids: Sequence[int], axes: Axes, as_of: int
) -> TeacherStates:
    """Return the states of some teachers at a moment, in the order given.

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
    """
    reader = _Reader(session.connection(), teacher_ids, axes)
    facts = Facts(
        records=reader.records(),
        ratings=reader.ratings(),
        assessments=reader.assessments(),
        goals=reader.goals(),
        events=reader.events(),
        contexts=reader.contexts(),
    )
    return teacher_states(facts, len(teacher_ids), as_of)


class _Reader:
    """Reads the facts of some teachers, each kind by one query (for up to `IDS_A_QUERY`)."""

    def __init__(self, connection: Connection, teacher_ids: Sequence[int], axes: Axes) -> None:
        self._connection = connection
        self._owners = {id_: row for row, id_ in enumerate(teacher_ids)}
        self._axes = axes

    def records(self) -> FactRows:
        table = CredentialRecord
        owner, credential, (status, on) = self._about_credentials(
            table, col(table.status), col(table.on)
        )
        columns: dict[str, NDArray[Any]] = {
            "credential": credential,
            "status": codes(status, RecordStatus),
            "on": moments(on),
        }
        return FactRows.of(RECORD, owner, columns)

    def events(self) -> FactRows:
        table = FeedbackEvent
        owner, credential, (kind, at) = self._about_credentials(
            table, col(table.kind), col(table.at)
        )
        columns: dict[str, NDArray[Any]] = {
            "credential": credential,
            "kind": codes(kind, EventKind),
            "on": moments(at),
        }
        return FactRows.of(EVENT, owner, columns)

    def ratings(self) -> FactRows:
        table = EvaluationRating
        owner, standard, (level, low, high, on) = self._about_standards(
            table,
            col(table.level),
            col(table.scale_min),
            col(table.scale_max),
            col(table.rated_on),
        )
        columns: dict[str, NDArray[Any]] = {
            "standard": standard,
            **_on_scale(level, low, high),
            "on": day_starts(on),
        }
        return FactRows.of(RATING, owner, columns)

    def assessments(self) -> FactRows:
        table = SelfAssessment
        owner, standard, (level, low, high, on, wants) = self._about_standards(
            table,
            col(table.level),
            col(table.scale_min),
            col(table.scale_max),
            col(table.taken_on),
            col(table.wants_to_grow),
        )
        columns: dict[str, NDArray[Any]] = {
            "standard": standard,
            **_on_scale(level, low, high),
            "on": day_starts(on),
            "wants": np.array(wants, dtype=bool),
        }
        return FactRows.of(ASSESSMENT, owner, columns)

    def goals(self) -> FactRows:
        """Goals on a standard; one on a pathway alone has no place in the arrays."""
        table = GrowthGoal
        owner, standard, (set_by, on, until) = self._about_standards(
            table, col(table.set_by), col(table.set_on), col(table.until)
        )
        columns: dict[str, NDArray[Any]] = {
            "standard": standard,
            "set_by": codes(set_by, SetBy),
            "on": day_starts(on),
            "until": day_ends(until),
        }
        return FactRows.of(GOAL, owner, columns)

    def contexts(self) -> Contexts:
        table = TeacherContext
        statement = select(
            col(table.teacher_id),
            col(table.valid_from),
            col(table.valid_to),
            col(table.years_experience),
            col(table.grade_bands),
            col(table.subjects),
        )
        ids, start, end, years, bands, subjects = self._columns(statement, col(table.teacher_id), 6)
        columns: dict[str, NDArray[Any]] = {
            "valid_from": day_starts(start),
            "valid_to": day_ends(end),
            "years": numbers(years),
        }
        return Contexts(
            FactRows.of(CONTEXT, self._rows_of(ids), columns),
            word_matrix([words(text) for text in bands], self._axes.grade_band_columns),
            word_matrix([words(text) for text in subjects], self._axes.subject_columns),
        )

    def _about_credentials(
        self, table: type[Fact], *rest: SQLColumnExpression[Any]
    ) -> tuple[Owners, Places, Columns]:
        key = (col(Credential.district_id), col(Credential.source_id))
        statement = select(col(table.teacher_id), *key, *rest).join_from(table, Credential)
        return self._facts(table, statement, len(rest), self._axes.credential_columns)

    def _about_standards(
        self, table: type[Fact], *rest: SQLColumnExpression[Any]
    ) -> tuple[Owners, Places, Columns]:
        key = (col(Standard.framework), col(Standard.code))
        statement = select(col(table.teacher_id), *key, *rest).join_from(table, Standard)
        return self._facts(table, statement, len(rest), self._axes.standard_columns)

    def _facts(
        self,
        table: type[Fact],
        statement: Select[*tuple[Any, ...]],
        more: int,
        places: dict[tuple[str, str], int],
    ) -> tuple[Owners, Places, Columns]:
        """Return owners, columns of what the facts are about, and the `more` other columns."""
        in_force = statement.where(col(table.superseded_at).is_(None))
        ids, outer, inner, *rest = self._columns(in_force, col(table.teacher_id), 3 + more)
        return self._rows_of(ids), columns_of(zip(outer, inner, strict=True), places), rest

    def _columns(
        self, statement: Select[*tuple[Any, ...]], teacher: SQLColumnExpression[int], width: int
    ) -> Columns:
        """Return the statement's columns for these teachers, in chunks of ids."""
        ids = list(self._owners)
        rows = [
            row
            for start in range(0, len(ids), IDS_A_QUERY)
            for row in self._connection.execute(
                statement.where(teacher.in_(ids[start : start + IDS_A_QUERY]))
            )
        ]
        return list(zip(*rows, strict=True)) if rows else [()] * width

    def _rows_of(self, ids: Sequence[int]) -> Owners:
        return np.fromiter((self._owners[id_] for id_ in ids), dtype=np.int64)


def _on_scale(
    level: Sequence[float | None], low: Sequence[float], high: Sequence[float]
) -> dict[str, NDArray[Any]]:
    shares = share_of_scale(numbers(level), numbers(low), numbers(high))
    return {"level": shares, "low": numbers(low), "high": numbers(high)}
