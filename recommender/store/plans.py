"""Growth plans, what coaches do with a teacher's list, and invitations to earn together."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from recommender.store.columns import UtcDateTime, enum_text, utc_now
from recommender.store.facts import Fact, in_force
from recommender.vocabulary import ActKind, InvitationAnswer


class CoachAct(Fact, table=True):
    """A coach pinned a micro-credential of a teacher's list, vetoed it or set it as a goal.

    At most one act about a credential is in force; a later one takes the earlier one's place.
    """

    __tablename__ = "coach_act"
    __table_args__ = (in_force("uq_coach_act", "teacher_id", "credential_id"),)

    coach_id: int = Field(foreign_key="coach.id")
    credential_id: int = Field(foreign_key="credential.id")
    kind: ActKind = Field(sa_type=enum_text(ActKind))
    note: str = ""
    """Why; the teacher reads it."""
    until: date | None = None
    """With a goal: the day by which."""
    standard_id: int | None = Field(default=None, foreign_key="standard.id")
    """With a goal: the standard of the growth goal that came with it; it ends with the act."""


class GrowthPlan(SQLModel, table=True):
    """A teacher's growth plan as it is now; a deleted one is kept and shown no more."""

    __tablename__ = "growth_plan"
    __table_args__ = (Index("ix_growth_plan_teacher_id", "teacher_id"),)

    id: int | None = Field(default=None, primary_key=True)
    teacher_id: int = Field(foreign_key="teacher.id")
    coach_id: int | None = Field(default=None, foreign_key="coach.id")
    """Who made it; None where the command line did."""
    version: int = 1
    """Counts the changes: what a request must have seen before it changes the plan."""
    asked: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Standards, limits, locks: what the plan was sought with."""
    outcome: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Cover, gap, sums and notes, as the API tells them; without the items."""
    made_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    changed_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    accepted_by_teacher_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    accepted_by_coach_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class GrowthPlanItem(SQLModel, table=True):
    """A micro-credential of a plan, in its place and with its days."""

    __tablename__ = "growth_plan_item"
    __table_args__ = (UniqueConstraint("plan_id", "credential_id"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="growth_plan.id")
    credential_id: int = Field(foreign_key="credential.id")
    place: int
    starts_on: date
    ends_on: date
    hours: float
    hours_known: bool = True
    cost_usd: float | None = None
    locked: bool = False
    under_way: bool = False
    develops: list[list[str]] = Field(default_factory=list, sa_type=JSON)
    """Pairs of framework and code."""
    units: float = 0.0


class EarnTogetherGroup(SQLModel, table=True):
    """A coach asks some teachers to earn the same micro-credential together."""

    __tablename__ = "earn_together_group"
    __table_args__ = (Index("ix_earn_together_group_coach_id", "coach_id"),)

    id: int | None = Field(default=None, primary_key=True)
    coach_id: int = Field(foreign_key="coach.id")
    credential_id: int = Field(foreign_key="credential.id")
    note: str = ""
    asked_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class EarnTogetherInvitation(SQLModel, table=True):
    """One teacher is asked; the answer is for nobody but those who agreed as well."""

    __tablename__ = "earn_together_invitation"
    __table_args__ = (
        UniqueConstraint("group_id", "teacher_id"),
        Index("ix_earn_together_invitation_teacher_id", "teacher_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    group_id: int = Field(foreign_key="earn_together_group.id")
    teacher_id: int = Field(foreign_key="teacher.id")
    answer: InvitationAnswer = Field(
        default=InvitationAnswer.OPEN, sa_type=enum_text(InvitationAnswer)
    )
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
