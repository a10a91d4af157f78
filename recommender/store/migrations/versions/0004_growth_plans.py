"""Growth plans, and what coaches pin, veto and plan together."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "coach_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("superseded_at", MOMENT, nullable=True),
        sa.Column("coach_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("standard_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["teacher.id"], name=op.f("fk_coach_act_teacher_id")
        ),
        sa.ForeignKeyConstraint(["coach_id"], ["coach.id"], name=op.f("fk_coach_act_coach_id")),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_coach_act_credential_id")
        ),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["standard.id"], name=op.f("fk_coach_act_standard_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coach_act")),
    )
    op.create_index(
        "uq_coach_act",
        "coach_act",
        ["teacher_id", "credential_id"],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "growth_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=False),
        sa.Column("coach_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("accepted_by_teacher_at", MOMENT, nullable=True),
        sa.Column("accepted_by_coach_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["teacher.id"], name=op.f("fk_growth_plan_teacher_id")
        ),
        sa.ForeignKeyConstraint(["coach_id"], ["coach.id"], name=op.f("fk_growth_plan_coach_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growth_plan")),
    )
    op.create_index("ix_growth_plan_teacher_id", "growth_plan", ["teacher_id"])
    op.create_table(
        "growth_plan_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Float(), nullable=False),
        sa.Column("hours_known", sa.Boolean(), nullable=False),
        sa.Column("cost_usd", sa.Float(), nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("under_way", sa.Boolean(), nullable=False),
        sa.Column("develops", sa.JSON(), nullable=False),
        sa.Column("units", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["growth_plan.id"], name=op.f("fk_growth_plan_item_plan_id")
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_growth_plan_item_credential_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_growth_plan_item")),
        sa.UniqueConstraint(
            "plan_id", "credential_id", name=op.f("uq_growth_plan_item_plan_id_credential_id")
        ),
    )
    op.create_table(
        "earn_together_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coach_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["coach.id"], name=op.f("fk_earn_together_group_coach_id")
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credential.id"],
            name=op.f("fk_earn_together_group_credential_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earn_together_group")),
    )
    op.create_index("ix_earn_together_group_coach_id", "earn_together_group", ["coach_id"])
    op.create_table(
        "earn_together_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["earn_together_group.id"],
            name=op.f("fk_earn_together_invitation_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["teacher_id"], ["teacher.id"], name=op.f("fk_earn_together_invitation_teacher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earn_together_invitation")),
        sa.UniqueConstraint(
            "group_id", "teacher_id", name=op.f("uq_earn_together_invitation_group_id_teacher_id")
        ),
    )
    op.create_index(
        "ix_earn_together_invitation_teacher_id", "earn_together_invitation", ["teacher_id"]
    )
