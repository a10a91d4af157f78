"""Micro-credentials, what they develop, their quality assurance, and pathways."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from recommender.store.columns import ALWAYS, FOREVER, enum_text
from recommender.vocabulary import SHARED, QualityStatus


class Credential(SQLModel, table=True):
    """A micro-credential; `district_id` is '' (shared) where every district may suggest it.

    List fields (`grade_bands`, `subjects`, `prerequisites`, `serves`) are separated by '|', as in
    the file. An empty text or a null number is *unknown*, never zero.
    """

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("district_id", "source_id"),)

    id: int | None = Field(default=None, primary_key=True)
    district_id: str = SHARED
    source_id: str
    known: bool = True
    title: str = ""
    issuer: str = ""
    competency: str = ""
    description: str = ""
    hours: float | None = None
    cost_usd: float | None = None
    grade_bands: str = ""
    subjects: str = ""
    stack: str = ""
    prerequisites: str = ""
    url: str = ""
    qa_status: QualityStatus = Field(
        default=QualityStatus.UNKNOWN, sa_type=enum_text(QualityStatus)
    )
    valid_from: date = ALWAYS
    retired_on: date = FOREVER
    """First day on which it can no longer be started."""
    format: str = ""
    needs_students: bool | None = None
    fee_usd: float | None = None
    turnaround_days: float | None = None
    serves: str = ""
    kind: str = "micro_credential"


class Alignment(SQLModel, table=True):
    """A micro-credential develops a standard, with strength in (0, 1], while valid."""

    __tablename__ = "alignment"
    __table_args__ = (UniqueConstraint("credential_id", "standard_id", "valid_from"),)

    id: int | None = Field(default=None, primary_key=True)
    credential_id: int = Field(foreign_key="credential.id")
    standard_id: int = Field(foreign_key="standard.id")
    strength: float = 1.0
    valid_from: date = ALWAYS
    valid_to: date = FOREVER


class QualityReview(SQLModel, table=True):
    """One component of quality assurance: met, not met or unknown."""

    __tablename__ = "quality_review"
    __table_args__ = (UniqueConstraint("credential_id", "component", "reviewed_on"),)

    id: int | None = Field(default=None, primary_key=True)
    credential_id: int = Field(foreign_key="credential.id")
    component: str
    met: QualityStatus = Field(default=QualityStatus.UNKNOWN, sa_type=enum_text(QualityStatus))
    reviewer: str = ""
    reviewed_on: date = ALWAYS


class Pathway(SQLModel, table=True):
    """A career pathway of a state or district and what it asks for."""

    __tablename__ = "pathway"
    __table_args__ = (UniqueConstraint("district_id", "pathway"),)

    id: int | None = Field(default=None, primary_key=True)
    district_id: str = SHARED
    pathway: str
    title: str = ""
    kind: str = ""
    state: str = ""
    requires: str = ""
    source: str = ""
    verified: bool = False
