"""Growth goals: a standard to grow on, or a pathway to follow, until a day."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, select
from sqlmodel import col

from features.jobs.frames import (
    Numbering,
    coded,
    in_order,
    integers,
    known_by,
    read_frame,
    texts,
    timestamps,
)
from features.jobs.schemas import shaped, validated
from features.moments import codes, day_ends, day_starts
from recommender.axes import ABSENT
from recommender.store.tables import GrowthGoal
from recommender.vocabulary import SetBy


def read_goals(connection: Connection) -> pd.DataFrame:
    """Read every goal in force: teacher_id, standard_id (or -1), set_by, on, until, pathway."""
    table = GrowthGoal
    statement = select(
        col(table.teacher_id),
        func.coalesce(col(table.standard_id), ABSENT),
        col(table.set_by),
        col(table.set_on),
        col(table.until),
        col(table.pathway),
    ).where(col(table.superseded_at).is_(None))
    columns: Mapping[str, Any] = {
        "teacher_id": integers,
        "standard_id": integers,
        "set_by": lambda values: codes(values, SetBy),
        "on": day_starts,
        "until": day_ends,
        "pathway": texts,
    }
    return read_frame(connection, statement, columns)


def goals_job(
    raw: pd.DataFrame, as_of: int, teachers: Numbering, standards: Numbering
) -> pd.DataFrame:
    """Return the table `goals` as of a moment; `standard` is -1 for a goal on a pathway.

    A goal that ended is kept: it was one at an earlier moment.
    """
    known = known_by(raw, as_of)
    standard = known["standard_id"].to_numpy()
    tidy = shaped(
        "goals",
        {
            "teacher": teachers(known["teacher_id"].to_numpy()),
            "standard": np.where(standard == ABSENT, ABSENT, standards(standard)),
            "set_by": coded(known["set_by"].to_numpy(), SetBy),
            "on": timestamps(known["on"].to_numpy()),
            "until": timestamps(known["until"].to_numpy()),
            "pathway": known["pathway"],
        },
    )
    return validated("goals", in_order(tidy, ("teacher", "on")))
