"""Which lists were served: what later policies are judged by."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Integer
from sqlmodel import Field, SQLModel

from recommender.store.columns import UtcDateTime


class ServedSlate(SQLModel, table=True):
    """A list that went out to somebody, as it stood.

    Without foreign keys: it is written beside the requests and must wait for nobody, and what was
    served stays true when a version of the model or a teacher goes.
    """

    __tablename__ = "served_slate"
    __table_args__ = (
        Index("ix_served_slate_served_at", "served_at"),
        Index("ix_served_slate_teacher_id", "teacher_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    served_at: datetime = Field(sa_type=UtcDateTime)
    teacher_id: int = Field(sa_column=Column(Integer, nullable=False))
    """Number of the row in `teacher`; no name and no outside id."""
    model_version: int
    as_of: date
    policy: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    items: list[list[Any]] = Field(default_factory=list, sa_type=JSON)
    """For each line: rank, district ('' where shared), credential id, score, propensity."""
