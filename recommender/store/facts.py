"""Dated facts about teachers.

Each has the date it was true (`*_on`, `on`, `at`) and the moment we learned of it (`recorded_at`).
A correction *supersedes*: the old row gets `superseded_at`, a new row is added; rows are never
overwritten. At most one row of a natural key is in force (`superseded_at IS NULL`).
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from recommender.store.columns import ALWAYS, FOREVER, UNDATED, UtcDateTime, enum_text, utc_now
from recommender.vocabulary import EventKind, RecordStatus, SetBy

_IN_FORCE: Any = text("superseded_at IS NULL")


def in_force(name: str, *columns: str) -> Index:
    """Return a unique index over the rows in force only."""
    return Index(name, *columns, unique=True, sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE)


class Fact(SQLModel):
    """What every fact has beside its own columns."""

    id: int | None = Field(default=None, primary_key=True)
    teacher_id: int = Field(foreign_key="teacher.id")
    recorded_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    superseded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class EvaluationRating(Fact, table=True):
    """A rating of a teacher on a standard; a null `level` is 'not rated': unknown, not low."""

    __tablename__ = "evaluation_rating"
    __table_args__ = (
        in_force("uq_evaluation_rating", "teacher_id", "standard_id", "rated_on", "cycle"),
    )

    standard_id: int = Field(foreign_key="standard.id")
    level: float | None = None
    scale_min: float
    scale_max: float
    rated_on: date
    cycle: str = ""


class SelfAssessment(Fact, table=True):
    """What a teacher says of their own skill on a standard, and whether they want to grow there."""

    __tablename__ = "self_assessment"
    __table_args__ = (in_force("uq_self_assessment", "teacher_id", "standard_id", "taken_on"),)

    standard_id: int = Field(foreign_key="standard.id")
    level: float | None = None
    scale_min: float
    scale_max: float
    taken_on: date
    wants_to_grow: bool = False


class GrowthGoal(Fact, table=True):
    """A goal: a standard to grow on, or a pathway to follow; the other one is empty."""

    __tablename__ = "growth_goal"
    __table_args__ = (in_force("uq_growth_goal", "teacher_id", "goal_key", "set_on"),)

    goal_key: str
    """'standard:FRAMEWORK:CODE' or 'pathway:NAME': the natural key without a null in it."""
    standard_id: int | None = Field(default=None, foreign_key="standard.id")
    pathway: str = ""
    set_on: date = ALWAYS
    until: date = FOREVER
    set_by: SetBy = Field(default=SetBy.TEACHER, sa_type=enum_text(SetBy))


class CredentialRecord(Fact, table=True):
    """A teacher reached a status with a micro-credential; `on` is `UNDATED` where not known."""

    __tablename__ = "credential_record"
    __table_args__ = (
        in_force("uq_credential_record", "teacher_id", "credential_id", "status", "on"),
    )

    credential_id: int = Field(foreign_key="credential.id")
    status: RecordStatus = Field(sa_type=enum_text(RecordStatus))
    on: datetime = Field(default=UNDATED, sa_type=UtcDateTime)
    source: str = ""


class FeedbackEvent(Fact, table=True):
    """What a teacher did with a suggestion."""

    __tablename__ = "feedback_event"
    __table_args__ = (in_force("uq_feedback_event", "teacher_id", "credential_id", "kind", "at"),)

    credential_id: int = Field(foreign_key="credential.id")
    kind: EventKind = Field(sa_type=enum_text(EventKind))
    at: datetime = Field(sa_type=UtcDateTime)
    reason: str = ""
