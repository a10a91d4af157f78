"""The catalog as it is today, kept in memory for as long as it cannot have changed."""

from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Final, NamedTuple

from sqlmodel import Session, col, select

from features.live import read_catalog
from features.one_teacher import OneTeacher
from features.pathway_facts import read_pathway_rules
from features.person_rows import Places, read_places
from recommender.careers.ways import PathwayRule
from recommender.catalog import Catalog
from recommender.clock import day_end_ms, today
from recommender.renewal.offers import Offers
from recommender.states.shelf import Shelf
from recommender.store.tables import StoreVersion
from serving.live.champion import Serving
from serving.live.states import LiveShelf

PART: Final = "catalog"
_KEPT: Final = 2
"""That of the champion, and while it is replaced that of its successor."""


class CatalogKey(NamedTuple):
    """Everything that a catalog follows from."""

    bundle_hash: str
    day: date
    version: int
    changes: int
    """How often packs and checklists of states were read anew: the quality gate goes by them."""


@dataclass(frozen=True)
class HeldCatalog:
    """A catalog on a champion's axes, and where the store's ids stand on them."""

    key: CatalogKey
    catalog: Catalog
    places: Places
    rules: tuple[PathwayRule, ...]
    """What pathways ask for."""
    offers: Offers
    shelf: Shelf
    """The packs in force."""
    people: OneTeacher
    """Reads a teacher as of the end of the day."""


class LiveCatalog:
    """Remembers the catalog under the store's version of it, the day, the champion and the packs.

    Parameters
    ----------
    states
        The packs of states in force, with the checklists of quality.
    """

    def __init__(self, states: LiveShelf) -> None:
        self._states = states
        self._lock = Lock()
        self._held: tuple[HeldCatalog, ...] = ()

    def key_of(self, serving: Serving, day: date, version: int) -> CatalogKey:
        """Return the key of a champion's catalog of a day, at the store's version of it."""
        self._states.current()
        return CatalogKey(serving.version.bundle_hash, day, version, self._states.changes)

    def current(self, session: Session, serving: Serving) -> Catalog:
        """Return today's catalog on the champion's axes."""
        return self.hold(session, serving).catalog

    def hold(self, session: Session, serving: Serving) -> HeldCatalog:
        """Return today's catalog, read anew where it may have changed."""
        # The version is read before the catalog: what changes in between is read once more.
        version = session.exec(
            select(col(StoreVersion.version)).where(StoreVersion.part == PART)
        ).one_or_none()
        key = self.key_of(serving, today(), version or 0)
        found = self.held(key)
        if found is None:
            with self._lock:
                found = self.held(key)
                if found is None:
                    found = _read(session, serving, key, self._states.current())
                    others = [one for one in self._held if one.key[0] != key.bundle_hash]
                    self._held = (found, *others)[:_KEPT]
        return found

    def held(self, key: CatalogKey) -> HeldCatalog | None:
        """Return the catalog if it is in memory."""
        return next((one for one in self._held if one.key == key), None)


def _read(session: Session, serving: Serving, key: CatalogKey, shelf: Shelf) -> HeldCatalog:
    axes = serving.bundle.axes
    catalog = read_catalog(session, key.day, axes, shelf)
    told = {facts.key: facts for facts in catalog.credential_facts}
    places = read_places(session.connection(), axes)
    rules = read_pathway_rules(session)
    people = OneTeacher(axes, places, rules, shelf, day_end_ms(key.day))
    return HeldCatalog(key, catalog, places, rules, Offers(told, key.day), shelf, people)
