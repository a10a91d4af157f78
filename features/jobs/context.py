"""Teachers and their roster entries: who is in a snapshot, and in what role they were."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select
from sqlmodel import col

from features.catalog import words
from features.jobs.frames import (
    FOREVER_MS,
    Numbering,
    in_order,
    integers,
    known_by,
    read_frame,
    texts,
    timestamps,
)
from features.jobs.schemas import shaped, validated
from features.licence_rows import credible
from features.moments import day_ends, day_starts, numbers
from recommender.clock import day_start_ms
from recommender.store.tables import District, Teacher, TeacherContext
from recommender.teacher_state import UNDATED_MS

_AS_TOLD: Final = ("state", "license_type", "role", "employer", "school_id")


def read_teachers(connection: Connection) -> pd.DataFrame:
    """Read every teacher's key: id, district_id, teacher_id. No name and no e-mail."""
    statement = select(col(Teacher.id), col(Teacher.district_id), col(Teacher.source_id))
    columns: Mapping[str, Any] = {"id": integers, "district_id": texts, "teacher_id": texts}
    return read_frame(connection, statement, columns)


def read_contexts(connection: Connection) -> pd.DataFrame:
    """Read every roster entry: teacher_id, valid_from, valid_to (ms), years, words, licence.

    A state that the entry does not tell is the district's.
    """
    table = TeacherContext
    statement = (
        select(
            col(table.teacher_id),
            col(table.valid_from),
            col(table.valid_to),
            col(table.years_experience),
            col(table.grade_bands),
            col(table.subjects),
            func.coalesce(func.nullif(col(table.state), ""), col(District.state)),
            col(table.license_type),
            col(table.license_expires_on),
            col(table.role),
            col(table.employer),
            col(table.school_id),
        )
        .join_from(table, Teacher)
        .join_from(Teacher, District)
    )
    columns: Mapping[str, Any] = {
        "teacher_id": integers,
        "valid_from": day_starts,
        "valid_to": day_ends,
        "years": numbers,
        "grade_bands": texts,
        "subjects": texts,
        "state": texts,
        "license_type": texts,
        "license_expires_on": _last_days,
        "role": texts,
        "employer": texts,
        "school_id": texts,
    }
    return read_frame(connection, statement, columns)


def teachers_job(
    raw: pd.DataFrame, known: Iterable[pd.DataFrame]
) -> tuple[pd.DataFrame, Numbering]:
    """Return the table `teachers`, and the row of each teacher's key in the store.

    Parameters
    ----------
    raw
        Every teacher of the store.
    known
        Facts and roster entries up to the moment; who is in none of them is not in the snapshot.
    """
    named = np.unique(np.concatenate([frame["teacher_id"].to_numpy() for frame in known]))
    chosen = raw.loc[raw["id"].isin(named)]
    ordered = in_order(chosen, ("district_id", "teacher_id"))
    tidy = shaped("teachers", {name: ordered[name] for name in ("district_id", "teacher_id")})
    return validated("teachers", tidy), Numbering.of(ordered["id"].to_numpy())


def contexts_job(raw: pd.DataFrame, as_of: int, teachers: Numbering) -> pd.DataFrame:
    """Return the table `contexts` as of a moment.

    An entry that ended later had not ended then: its end is not known yet.
    """
    known = known_by(raw, as_of, "valid_from")
    end = known["valid_to"].to_numpy()
    tidy = shaped(
        "contexts",
        {
            "teacher": teachers(known["teacher_id"].to_numpy()),
            "valid_from": timestamps(known["valid_from"].to_numpy()),
            "valid_to": timestamps(np.where(end > as_of, FOREVER_MS, end)),
            "years": known["years"].to_numpy(),
            "grade_bands": tidy_words(known["grade_bands"]),
            "subjects": tidy_words(known["subjects"]),
            **{name: known[name] for name in _AS_TOLD},
            "license_expires_on": timestamps(known["license_expires_on"].to_numpy()),
        },
    )
    return validated("contexts", in_order(tidy, ("teacher", "valid_from")))


def _last_days(values: Sequence[date | None]) -> NDArray[np.int64]:
    """Return the first moment of each day, `UNDATED_MS` where unknown or not credible."""
    known = (credible(value) for value in values)
    return np.array([UNDATED_MS if day is None else day_start_ms(day) for day in known], np.int64)


def tidy_words(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return list fields with their words sorted and each once."""
    return column.map({text: "|".join(words(text)) for text in column.unique()})
