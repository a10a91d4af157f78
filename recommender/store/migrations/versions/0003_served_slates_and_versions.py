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
