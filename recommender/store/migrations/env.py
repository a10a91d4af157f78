"""What Alembic runs: our tables against the connection that `upgrade` hands over.

Called from Alembic's own command line (to write a new version) it opens the settings' database.
"""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, DateTime, Enum, String
from sqlmodel import SQLModel

import recommender.store.tables  # noqa: F401 - the tables register themselves in the metadata
from recommender.store.engine import make_engine


def _render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our column types as plain ones: a version must not change when our code does."""
    if kind != "type":
        return False
    plain = getattr(item, "impl_instance", item)
    if isinstance(plain, Enum):
        return f"sa.String(length={plain.length})"
    if isinstance(plain, String):
        return "sa.String()"
    if isinstance(plain, DateTime):
        return f"sa.DateTime(timezone={plain.timezone})"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        compare_type=True,
        render_item=_render,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is None:
    with make_engine().begin() as opened:
        _run(opened)
else:
    _run(handed_over)
