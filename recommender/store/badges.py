"""Badges that people brought from elsewhere: how far each is believed, and what staff decided."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from recommender.store.columns import UNDATED, UtcDateTime, enum_text
from recommender.vocabulary import BadgeStanding, ReviewDecision


class EarnedBadge(SQLModel, table=True):
    """A badge of a teacher as its file told it; only a `credential_record` counts as earned.

    What an import says of a badge changes with each import; what staff decided does not.
    """

    __tablename__ = "earned_badge"
    __table_args__ = (
        UniqueConstraint("teacher_id", "badge_key"),
        Index("ix_earned_badge_standing", "standing"),
    )

    id: int | None = Field(default=None, primary_key=True)
    teacher_id: int = Field(foreign_key="teacher.id")
    badge_key: str
    """The badge's own id, or a hash of it."""
    format: str
    issuer: str
    """Its id, as the badge gives it."""
    issuer_name: str = ""
    title: str = ""
    achievement: str = ""
    """Id of what was achieved, as the issuer calls it."""
    earned_on: datetime = Field(default=UNDATED, sa_type=UtcDateTime)
    standing: BadgeStanding = Field(sa_type=enum_text(BadgeStanding))
    why: str = ""
    """Why it does not count, or not yet; a sentence."""
    proposed: str = ""
    """Id of the credential that it seems to be; empty where none does."""
    confidence: float = 0.0
    """How sure that is, 0 to 1."""
    matched_by: str = ""
    decision: ReviewDecision | None = Field(default=None, sa_type=enum_text(ReviewDecision))
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    credential_id: int | None = Field(default=None, foreign_key="credential.id")
    """What staff accepted it as."""
