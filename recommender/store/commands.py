"""`recommender db ...`."""

from recommender.console import console
from recommender.store.engine import make_engine
from recommender.store.migrations import upgrade as upgrade_schema


def upgrade() -> None:
    """Make the tables of the database, or bring them to the version that this program needs.

    Safe to repeat: a database that is up to date stays as it is. The database is the file
    `recommender.db` in the data directory, or the one that `RECOMMENDER_DATABASE_URL` names
    (`postgresql://user@host/name`).
    """
    engine = make_engine()
    try:
        before, after = upgrade_schema(engine)
    finally:
        engine.dispose()
    place = engine.url.render_as_string(hide_password=True)
    if before == after:
        console.print(f"The database {place} is at version {after} already.")
    else:
        console.print(f"The database {place} went from {_named(before)} to version {after}.")


def _named(version: str | None) -> str:
    return "no tables" if version is None else f"version {version}"
