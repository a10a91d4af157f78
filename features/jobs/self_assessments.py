"""Self-assessments on one axis, and where teachers say that they want to grow."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select
from sqlmodel import col

from features.jobs.frames import (
    Numbering,
    flags,
    in_order,
    integers,
    known_by,
    level_columns,
    read_frame,
)
from features.jobs.schemas import shaped, validated
from features.moments import day_starts, numbers
from recommender.store.tables import SelfAssessment


def read_self_assessments(connection: Connection) -> pd.DataFrame:
    """Read every self-assessment in force: as ratings, and wants (to grow there)."""
    table = SelfAssessment
    statement = select(
        col(table.teacher_id),
        col(table.standard_id),
        col(table.level),
        col(table.scale_min),
        col(table.scale_max),
        col(table.taken_on),
        col(table.wants_to_grow),
    ).where(col(table.superseded_at).is_(None))
    columns: Mapping[str, Any] = {
        "teacher_id": integers,
        "standard_id": integers,
        "level": numbers,
        "low": numbers,
        "high": numbers,
        "on": day_starts,
        "wants": flags,
    }
    return read_frame(connection, statement, columns)


def self_assessments_job(
    raw: pd.DataFrame, as_of: int, teachers: Numbering, standards: Numbering
) -> pd.DataFrame:
    """Return the table `assessments` as of a moment."""
    known = known_by(raw, as_of)
    columns = level_columns(known, teachers, standards) | {"wants": known["wants"].to_numpy()}
    tidy = shaped("assessments", columns)
    return validated("assessments", in_order(tidy, ("teacher", "on")))
