"""The versions of what answers rest on, and one teacher's facts with them, read as fast as can be.

Two levels. The store as a whole: SQLite tells by `PRAGMA data_version`, on a connection that never
writes, whether any other connection has committed since (PostgreSQL has nothing like it, and is
asked each time). Where something has, the counts that the store's triggers keep (see
`recommender.store.versions`) tell whether it was this teacher, or something that all share.

Whoever remembers an answer must have read the versions before, or in the same statement as, what
the answer is made of: then a change can make it forgotten too early, but never too late.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Engine, PoolProxiedConnection, event
from sqlalchemy.exc import DBAPIError

from features.person_rows import PersonRow, Told, by_kind, parameters, statement


class Versions(NamedTuple):
    """What everybody's answers share, and one teacher, at one moment."""

    shared: int
    """Sum of the counts of all parts; each only grows, so it changes whenever one does."""
    own: int


_VERSIONS: Final = (
    "SELECT (SELECT SUM(version) FROM store_version),"
    " (SELECT version FROM teacher_version WHERE teacher_id = {id})"
)
WHO_ASKS: Final = frozenset({"people", "policy"})
"""Parts on which it rests who asks, of whom, and under which policy."""

_PARTS: Final = "SELECT part, version FROM store_version"
_PLACEHOLDER: Final = {"sqlite": ":id", "postgresql": "%(id)s"}


class VersionReader:
    """A connection to the store for reading alone, each statement by itself.

    It belongs to the thread that serves requests. A connection that breaks is given up, and the
    next statement opens another one.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sqlite = engine.dialect.name == "sqlite"
        self._versions = _VERSIONS.format(id=_PLACEHOLDER[engine.dialect.name])
        self._rows = statement(engine.dialect.name, one=True)
        self._held: PoolProxiedConnection | None = None
        self._connection: Any = None
        self._opened = 0
        # The connection is in no pool, so the engine's end must be told to it.
        event.listen(engine, "engine_disposed", lambda _: self.close())

    def tick(self) -> tuple[int, int] | None:
        """Return what changes with every commit of another connection; None where nothing does.

        A new connection starts a count of its own, so the number of the connection is part of it.
        """
        if not self._sqlite:
            return None
        ((count,),) = self._run("PRAGMA data_version")
        return self._opened, count

    def versions(self, teacher_id: int) -> Versions:
        """Return the versions that hold for one teacher's answers."""
        ((shared, own),) = self._run(self._versions, {"id": teacher_id})
        return Versions(int(shared or 0), own or 0)

    def who_asks(self) -> int:
        """Return the version of `WHO_ASKS`."""
        return sum(version for part, version in self._run(_PARTS) if part in WHO_ASKS)

    def rows(self, teacher_id: int) -> list[list[PersonRow]]:
        """Return what the store says of one teacher, versions included, `by_kind`."""
        found = self._run(self._rows, parameters(self._engine.dialect.name, [teacher_id]))
        return by_kind(map(PersonRow._make, found))

    def close(self) -> None:
        """Give the connection up."""
        held, connection = self._held, self._connection
        self._held = self._connection = None
        if held is not None:
            connection.close()
            held.invalidate()  # nothing is left to be reset, least of all where the server is gone

    def _run(self, sql: str, values: dict[str, Any] | None = None) -> Sequence[Any]:
        """Return the rows of a statement.

        Raises
        ------
        sqlalchemy.exc.DBAPIError
            The store cannot be reached, as from an ordinary session.
        """
        error = self._engine.dialect.loaded_dbapi.Error
        try:
            if self._connection is None:
                self._open()
            return self._connection.execute(sql, values or {}).fetchall()  # type: ignore[no-any-return]
        except error as failed:
            self.close()
            raise DBAPIError.instance(sql, None, failed, error, hide_parameters=True) from None

    def _open(self) -> None:
        held = self._engine.raw_connection()
        self._held, self._connection = held, held.driver_connection
        held.detach()  # it is given back to nobody
        if not self._sqlite:
            self._connection.autocommit = True
        self._opened += 1


def versions_of(told: Sequence[list[PersonRow]]) -> Versions:
    """Return the versions that were read in the same statement as these rows."""
    shared = sum([row.ref or 0 for row in told[Told.PART]])
    own = sum([row.ref or 0 for row in told[Told.TEACHER]])
    return Versions(shared, own)


def part_of(told: Sequence[list[PersonRow]], part: str) -> int:
    """Return the version of one part, read in the same statement as these rows."""
    return next((row.ref or 0 for row in told[Told.PART] if row.a == part), 0)


def who_asks_of(told: Sequence[list[PersonRow]]) -> int:
    """Return the version of `WHO_ASKS`, read in the same statement as these rows."""
    return sum([row.ref or 0 for row in told[Told.PART] if row.a in WHO_ASKS])
