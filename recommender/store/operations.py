"""Imports, model versions, promotions, and the one row that says which model is champion."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field, SQLModel

from recommender.store.columns import UtcDateTime, utc_now


class ImportRun(SQLModel, table=True):
    """One finished import and what came of it."""

    __tablename__ = "import_run"

    id: int | None = Field(default=None, primary_key=True)
    finished_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    district_id: str
    summary: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Per file: rows read, added, changed, unchanged, rejected, stubs. Holds no value of a row."""


class ModelVersion(SQLModel, table=True):
    """A trained model: where its bundle lies, what it was trained on, how it was judged."""

    __tablename__ = "model_version"

    version: int | None = Field(default=None, primary_key=True)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    bundle_path: str
    """Relative to the artifacts folder."""
    bundle_hash: str = Field(unique=True)
    snapshot_hash: str
    as_of: date
    run_id: str = ""
    """MLflow run, empty where tracking was switched off."""
    metrics: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Promotion(SQLModel, table=True):
    """A change of champion, kept for ever."""

    __tablename__ = "promotion"

    id: int | None = Field(default=None, primary_key=True)
    version: int = Field(foreign_key="model_version.version")
    replaced: int | None = Field(default=None, foreign_key="model_version.version")
    promoted_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    promoted_by: str = ""
    kind: str = "promote"
    """'promote' or 'rollback'."""


class Champion(SQLModel, table=True):
    """The truth about which version serves: at most one row."""

    __tablename__ = "champion"
    __table_args__ = (CheckConstraint("id = 1", name="one_champion"),)

    id: int = Field(default=1, primary_key=True)
    version: int = Field(foreign_key="model_version.version")
    since: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
