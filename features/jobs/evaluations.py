"""Evaluation ratings on one axis: the share of each scale above its lowest level."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select
from sqlmodel import col

from features.jobs.frames import Numbering, in_order, integers, known_by, level_columns, read_frame
from features.jobs.schemas import shaped, validated
from features.moments import day_starts, numbers
from recommender.store.tables import EvaluationRating, TeacherChoice


def read_evaluations(connection: Connection) -> pd.DataFrame:
    """Read every rating in force: teacher_id, standard_id, level, low, high, on (ms).

    A level is NaN where the teacher was not rated. Teachers who leave evaluations out of their
    suggestions are left out here too: no model learns from what they withheld.
    """
    table = EvaluationRating
    withheld = select(col(TeacherChoice.teacher_id)).where(
        col(TeacherChoice.use_evaluations).is_(False)
    )
    statement = select(
        col(table.teacher_id),
        col(table.standard_id),
        col(table.level),
        col(table.scale_min),
        col(table.scale_max),
        col(table.rated_on),
    ).where(col(table.superseded_at).is_(None), col(table.teacher_id).not_in(withheld))
    columns: Mapping[str, Any] = {
        "teacher_id": integers,
        "standard_id": integers,
        "level": numbers,
        "low": numbers,
        "high": numbers,
        "on": day_starts,
    }
    return read_frame(connection, statement, columns)


def evaluations_job(
    raw: pd.DataFrame, as_of: int, teachers: Numbering, standards: Numbering
) -> pd.DataFrame:
    """Return the table `ratings` as of a moment; not rated is kept, as NaN: unknown, not low."""
    known = known_by(raw, as_of)
    tidy = shaped("ratings", level_columns(known, teachers, standards))
    return validated("ratings", in_order(tidy, ("teacher", "on")))
