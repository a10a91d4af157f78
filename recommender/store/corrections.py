"""What a teacher says of the facts about them: that one is wrong, that evaluations stay out."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, Integer
from sqlmodel import Field, SQLModel

from recommender.store.columns import UtcDateTime, enum_text, utc_now

MOST_WORDS = 1000
"""Longest note or answer, in characters."""


class CorrectionState(StrEnum):
    """What became of a fact that was called wrong."""

    OPEN = "open"
    MENDED = "mended"
    STANDS = "stands"


class Correction(SQLModel, table=True):
    """A teacher's word that a fact is wrong, and what data staff answered.

    `about` names the fact in words and tells no level: who mends it looks in the district's own
    system.
    """

    __tablename__ = "correction"
    __table_args__ = (
        Index("ix_correction_teacher_id", "teacher_id"),
        Index("ix_correction_state", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    teacher_id: int = Field(foreign_key="teacher.id")
    about: str
    note: str = ""
    made_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    state: CorrectionState = Field(default=CorrectionState.OPEN, sa_type=enum_text(CorrectionState))
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class TeacherChoice(SQLModel, table=True):
    """What a teacher chose for their own suggestions; no row is the district's way."""

    __tablename__ = "teacher_choice"

    teacher_id: int = Field(
        sa_column=Column(Integer, ForeignKey("teacher.id"), primary_key=True, autoincrement=False)
    )
    use_evaluations: bool = True
    """Where false, no evaluation rating of theirs reaches a suggestion or a snapshot."""
    set_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
