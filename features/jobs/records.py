"""Credential records: which teacher reached which status with which micro-credential, and when."""

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
from recommender.store.tables import CredentialRecord
from recommender.teacher_state import UNDATED_MS
from recommender.vocabulary import RecordStatus


def read_records(connection: Connection) -> pd.DataFrame:
    """Read every record in force: teacher_id, credential_id, status (code), on (ms)."""
    table = CredentialRecord
    statement = select(
        col(table.teacher_id), col(table.credential_id), col(table.status), col(table.on)
    ).where(col(table.superseded_at).is_(None))
    columns: Mapping[str, Any] = {
        "teacher_id": integers,
        "credential_id": integers,
        "status": lambda values: codes(values, RecordStatus),
        "on": moments,
    }
    return read_frame(connection, statement, columns)


def records_job(
    raw: pd.DataFrame, as_of: int, teachers: Numbering, credentials: Numbering
) -> pd.DataFrame:
    """Return the table `records` as of a moment; undated records are always in it, flagged."""
    known = known_by(raw, as_of)
    on = known["on"].to_numpy()
    tidy = shaped(
        "records",
        {
            "teacher": teachers(known["teacher_id"].to_numpy()),
            "credential": credentials(known["credential_id"].to_numpy()),
            "status": coded(known["status"].to_numpy(), RecordStatus),
            "on": timestamps(on),
            "undated": on == UNDATED_MS,
        },
    )
    return validated("records", in_order(tidy, ("teacher", "on", "credential")))
