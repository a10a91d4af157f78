"""Roles and employers of teachers, which rules of renewal may ask for."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up; of earlier roster entries both are unknown."""
    for name in ("role", "employer"):
        op.add_column(
            "teacher_context", sa.Column(name, sa.String(), nullable=False, server_default="")
        )
