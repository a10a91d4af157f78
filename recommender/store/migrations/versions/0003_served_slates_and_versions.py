"""What was served, and versions of what an answer rests on."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up; `recommender.store.versions` makes the triggers after every upgrade."""
    op.create_table(
        "teacher_version",
        sa.Column("teacher_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("teacher_id", name=op.f("pk_teacher_version")),
    )
    op.create_table(
        "store_version",
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_store_version")),
    )
    op.create_table(
        "served_slate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_served_slate")),
    )
    op.create_index("ix_served_slate_served_at", "served_slate", ["served_at"])
    op.create_index("ix_served_slate_teacher_id", "served_slate", ["teacher_id"])
