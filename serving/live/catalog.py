"""The catalog as it is today, kept in memory for as long as it cannot have changed."""

from dataclasses import dataclass
from datetime import date
from threading import Lock

from sqlmodel import Session, col, func, select

from features.live import read_catalog
from recommender.catalog import Catalog
from recommender.clock import today
from recommender.store.tables import ImportRun
from serving.live.champion import Serving


@dataclass(frozen=True)
class _Key:
    """Everything that a catalog follows from."""

    bundle_hash: str
    day: date
    imports: int


class LiveCatalog:
    """Remembers one catalog.

    Only an import changes a credential, an alignment or the crosswalk, and each leaves a row of its
    own, for ever, in the same transaction; so a request that counts as many imports as there were
    may use the catalog in memory without a doubt.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: tuple[_Key, Catalog] | None = None

    def current(self, session: Session, serving: Serving) -> Catalog:
        """Return today's catalog on the champion's axes."""
        key = _Key(
            serving.version.bundle_hash,
            today(),
            session.exec(select(func.count(col(ImportRun.id)))).one(),
        )
        held = self._held
        if held is None or held[0] != key:
            with self._lock:
                held = self._held
                if held is None or held[0] != key:
                    held = (key, read_catalog(session, key.day, serving.bundle.axes))
                    self._held = held
        return held[1]
