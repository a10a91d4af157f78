"""Feedback events: what teachers did with what they were shown."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select
from sqlmodel import col

from features.jobs.frames import (
    Numbering,
    coded,
    in_order,
    integers,
    known_by,
    read_frame,
    timestamps,
)
from features.jobs.schemas import shaped, validated
from features.moments import codes, moments
from recommender.store.tables import FeedbackEvent
from recommender.vocabulary import EventKind


def read_events(connection: Connection) -> pd.DataFrame:
    """Read every event in force: teacher_id, credential_id, kind (code), on (ms).

    The reason that a teacher typed is theirs and stays in the store.
    """
    table = FeedbackEvent
    statement = select(
        col(table.teacher_id), col(table.credential_id), col(table.kind), col(table.at)
    ).where(col(table.superseded_at).is_(None))
    columns: Mapping[str, Any] = {
        "teacher_id": integers,
        "credential_id": integers,
        "kind": lambda values: codes(values, EventKind),
        "on": moments,
    }
    return read_frame(connection, statement, columns)


def events_job(
    raw: pd.DataFrame, as_of: int, teachers: Numbering, credentials: Numbering
) -> pd.DataFrame:
    """Return the table `events` as of a moment."""
    known = known_by(raw, as_of)
    tidy = shaped(
        "events",
        {
            "teacher": teachers(known["teacher_id"].to_numpy()),
            "credential": credentials(known["credential_id"].to_numpy()),
            "kind": coded(known["kind"].to_numpy(), EventKind),
            "on": timestamps(known["on"].to_numpy()),
        },
    )
    return validated("events", in_order(tidy, ("teacher", "on", "credential")))
