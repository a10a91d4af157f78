"""The schema's versions: bring a database up to date, or say that it is not.

There is no way down: a database is brought back from a backup, never by undoing a version.
"""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from recommender.errors import StoreUnavailable
from recommender.store import versions

_UPGRADE_LOCK: Final = 7_309_214
"""Any number of ours: two upgrades of one PostgreSQL database at once follow each other."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest_version() -> str:
    """Return the schema version that this program works with."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current_version(engine: Engine) -> str | None:
    """Return the schema version of a database; None where it has none yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine) -> tuple[str | None, str]:
    """Bring a database to the newest version, all or nothing; return the versions before and after.

    Raises
    ------
    StoreUnavailable
        The database was made by a newer version of this program.
    """
    before = current_version(engine)
    if before is not None and not _is_ours(before):
        raise StoreUnavailable(_newer(before))
    with engine.execution_options(sqlite_begin="IMMEDIATE").begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        command.upgrade(_config(connection), "head")
        versions.install(connection)
    return before, newest_version()


def check_schema(engine: Engine) -> None:
    """Return silently when the schema is the one that this program works with.

    Raises
    ------
    StoreUnavailable
        It is missing, older or newer; the sentence says what to do.
    """
    found = current_version(engine)
    if found == newest_version():
        return
    if found is None:
        raise StoreUnavailable("The database has no tables yet; run `recommender db upgrade`.")
    if not _is_ours(found):
        raise StoreUnavailable(_newer(found))
    raise StoreUnavailable(
        f"The database is at version {found} and this program needs {newest_version()}; "
        "run `recommender db upgrade`."
    )


def _is_ours(version: str) -> bool:
    script = ScriptDirectory.from_config(_config())
    return any(revision.revision == version for revision in script.walk_revisions())


def _newer(version: str) -> str:
    return (
        f"The database is at version {version}, which this program does not know; "
        "install the version of the program that made it, or a newer one."
    )
