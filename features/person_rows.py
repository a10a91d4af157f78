"""What the store says of some teachers, all of it by one statement.

A request of one teacher spends most of its time on the way to the database, not in it: seven
queries cost seven times as much as one. And what one statement returns was true at one moment, the
versions of it included, so that an answer made of it can be remembered under them.

The statement is plain SQL for both databases: days and moments come back as ISO texts, ids stand
for credentials and standards (`Places` turns them into columns). To read one more kind of fact add
a branch to `_BRANCHES`; every branch has the same columns, and leaves out what it does not have.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import IntEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select
from sqlmodel import col

from recommender.axes import Axes
from recommender.clock import day_end_ms, day_start_ms, to_ms
from recommender.store.columns import UNDATED
from recommender.store.tables import Credential, Standard
from recommender.teacher_state import UNDATED_MS


class Told(IntEnum):
    """What a row is about."""

    PART = 0
    TEACHER = 1
    RECORD = 2
    EVENT = 3
    RATING = 4
    ASSESSMENT = 5
    GOAL = 6
    CONTEXT = 7
    CASELOAD = 8
    ACT = 9


class PersonRow(NamedTuple):
    """One row of the statement; each kind fills the columns that it has."""

    kind: int
    owner: int
    """`teacher.id`; 0 for a version of what everybody shares."""
    ref: int | None
    """Id of a credential, a standard or a coach; a version."""
    x: float | None
    y: float | None
    z: float | None
    flag: int | None
    a: str | None
    b: str | None
    c: str | None
    d: str | None
    e: str | None
    f: str | None
    g: str | None
    h: str | None
    i: str | None
    j: str | None


_KINDS: Final = len(Told)
_TEXTS: Final = 10
_NUMBERS: Final = 3


class _Branch(NamedTuple):
    """One SELECT: `{chosen}` stands for the condition that names the teachers."""

    kind: Told
    source: str
    owner: str = "teacher_id"
    ref: str = "NULL"
    numbers: tuple[str, ...] = ()
    flag: str = "NULL"
    texts: tuple[str, ...] = ()


_IN_FORCE: Final = "WHERE {chosen} AND superseded_at IS NULL"
_NOT_LEFT_OUT: Final = (
    "NOT EXISTS (SELECT 1 FROM teacher_choice WHERE NOT use_evaluations"
    " AND teacher_choice.teacher_id = evaluation_rating.teacher_id)"
)
"""A teacher may leave evaluations out of their suggestions."""

_BRANCHES: Final = (
    # The first branch gives the columns their types on PostgreSQL.
    _Branch(Told.PART, "store_version", "0", "CAST(version AS BIGINT)", texts=("part",)),
    _Branch(
        Told.TEACHER,
        "teacher JOIN district ON district.district_id = teacher.district_id"
        " LEFT JOIN teacher_version ON teacher_version.teacher_id = teacher.id"
        " WHERE {chosen_teacher}",
        "teacher.id",
        "COALESCE(version, 0)",
        texts=("teacher.district_id", "district.state", "teacher.source_id"),
    ),
    _Branch(
        Told.RECORD, f"credential_record {_IN_FORCE}", ref="credential_id", texts=('"on"', "status")
    ),
    _Branch(Told.EVENT, f"feedback_event {_IN_FORCE}", ref="credential_id", texts=("at", "kind")),
    _Branch(
        Told.RATING,
        f"evaluation_rating {_IN_FORCE} AND {_NOT_LEFT_OUT}",
        ref="standard_id",
        numbers=("level", "scale_min", "scale_max"),
        texts=("rated_on",),
    ),
    _Branch(
        Told.ASSESSMENT,
        f"self_assessment {_IN_FORCE}",
        ref="standard_id",
        numbers=("level", "scale_min", "scale_max"),
        flag="CASE WHEN wants_to_grow THEN 1 ELSE 0 END",
        texts=("taken_on",),
    ),
    _Branch(
        Told.GOAL,
        f"growth_goal {_IN_FORCE}",
        ref="standard_id",
        texts=("set_on", "until", "set_by", "pathway"),
    ),
    _Branch(
        Told.CONTEXT,
        "teacher_context WHERE {chosen}",
        numbers=("years_experience",),
        texts=(
            *("valid_from", "valid_to", "grade_bands", "subjects"),
            *("state", "license_type", "license_expires_on", "role", "employer", "school_id"),
        ),
    ),
    _Branch(
        Told.CASELOAD,
        "caseload WHERE {chosen}",
        ref="coach_id",
        texts=("valid_from", "valid_to"),
    ),
    _Branch(Told.ACT, f"coach_act {_IN_FORCE}", ref="credential_id", texts=("recorded_at", "kind")),
)


def _select(branch: _Branch) -> str:
    numbers = [*branch.numbers, *["NULL"] * (_NUMBERS - len(branch.numbers))]
    texts = [*branch.texts, *["NULL"] * (_TEXTS - len(branch.texts))]
    columns = (
        str(int(branch.kind)),
        branch.owner,
        branch.ref,
        *(f"CAST({number} AS DOUBLE PRECISION)" for number in numbers),
        f"CAST({branch.flag} AS INTEGER)",
        *(f"CAST({value} AS TEXT)" for value in texts),
    )
    return " ".join(("SELECT", ", ".join(columns), "FROM", branch.source))


@lru_cache
def statement(dialect: str, *, one: bool) -> str:
    """Return the statement for one teacher (`:id`) or for several (`:ids`, see `parameters`)."""
    if dialect == "postgresql":
        chosen = "= %(id)s" if one else "= ANY(%(ids)s)"
    else:
        chosen = "= :id" if one else "IN (SELECT value FROM json_each(:ids))"
    whole = "\nUNION ALL\n".join(_select(branch) for branch in _BRANCHES)
    return whole.format(chosen=f"teacher_id {chosen}", chosen_teacher=f"teacher.id {chosen}")


def parameters(dialect: str, ids: Sequence[int]) -> dict[str, Any]:
    """Return what the statement is asked with: `id` for one teacher, `ids` for several."""
    if len(ids) == 1:
        return {"id": ids[0]}
    return {"ids": list(ids) if dialect == "postgresql" else f"[{','.join(map(str, ids))}]"}


def read_rows(connection: Connection, ids: Sequence[int]) -> list[PersonRow]:
    """Return what the store says of some teachers; the order of rows means nothing."""
    dialect = connection.dialect.name
    told = connection.exec_driver_sql(
        statement(dialect, one=len(ids) == 1), parameters(dialect, ids)
    )
    return [PersonRow._make(row) for row in told]


def by_kind(rows: Iterable[PersonRow]) -> list[list[PersonRow]]:
    """Return the rows of each kind; `found[Told.RECORD]` are the records."""
    found: list[list[PersonRow]] = [[] for _ in range(_KINDS)]
    for row in rows:
        found[row.kind].append(row)
    return found


@dataclass(frozen=True)
class Places:
    """Columns of credentials and standards by their ids in the store, for one `Axes`.

    What is not here is not on the axes.
    """

    credentials: dict[int, int]
    standards: dict[int, int]


def read_places(connection: Connection, axes: Axes) -> Places:
    """Return where the store's credentials and standards stand on the axes."""
    credentials = connection.execute(
        select(col(Credential.id), col(Credential.district_id), col(Credential.source_id))
    )
    standards = connection.execute(
        select(col(Standard.id), col(Standard.framework), col(Standard.code))
    )
    return Places(
        _columns_by_id(credentials, axes.credential_columns),
        _columns_by_id(standards, axes.standard_columns),
    )


def _columns_by_id(
    rows: Iterable[tuple[int | None, str, str]], columns: Mapping[tuple[str, str], int]
) -> dict[int, int]:
    return {
        id_: columns[outer, inner]
        for id_, outer, inner in rows
        if id_ is not None and (outer, inner) in columns
    }


@lru_cache(maxsize=1 << 16)
def moment_of(text: str) -> int:
    """Return a moment in ms, `UNDATED_MS` for `UNDATED`."""
    moment = datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return UNDATED_MS if moment == UNDATED else to_ms(moment)


@lru_cache(maxsize=1 << 14)
def day_start(text: str) -> int:
    """Return the first moment of a day."""
    return day_start_ms(date.fromisoformat(text))


@lru_cache(maxsize=1 << 14)
def day_end(text: str) -> int:
    """Return the last moment of a day."""
    return day_end_ms(date.fromisoformat(text))
