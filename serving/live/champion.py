"""The champion as this process serves it: watched, swapped whole, never half.

Whoever asks for it gets one `Serving` and keeps it for the whole request. At most once an interval
one of the requests has somebody look at the champion's row; all go on with what there is. The
successor is loaded and made ready beside them, and takes over by one assignment. A
bundle that is refused changes nothing but what `problem` and the log say.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import Final

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from models.bundle import Bundle
from models.champion import load_champion, read_champion
from recommender.errors import BundleRefused, NoChampion, RecommenderError
from recommender.store.engine import reading
from recommender.store.tables import ModelVersion

WATCH_INTERVAL_SECONDS: Final = 1.0
RETRY_REFUSED_SECONDS: Final = 30.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Serving:
    """A champion in memory: its row and its bundle."""

    version: ModelVersion
    bundle: Bundle


@dataclass(frozen=True)
class _Refused:
    version: int | None
    until: float
    error: BundleRefused


def in_a_thread(look: Callable[[], None]) -> None:
    """Look aside: requests go on meanwhile."""
    Thread(target=look, name="champion", daemon=True).start()


class LiveChampion:
    """Holds the champion of one process.

    Parameters
    ----------
    engine, artifacts_dir
        Where the champion's row and bundles are.
    interval
        Seconds between two looks.
    clock
        Gives seconds.
    aside
        Runs a look while an earlier champion serves; in the request where left out.
    prepare
        Makes a champion ready before it serves.
    settle
        Called before a champion is loaded, and once it is ready (see `serving.live.process`).
    """

    def __init__(
        self,
        engine: Engine,
        artifacts_dir: Path,
        interval: float = WATCH_INTERVAL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        aside: Callable[[Callable[[], None]], None] | None = None,
        prepare: Callable[[Session, Serving], object] | None = None,
        settle: Callable[[], None] | None = None,
    ) -> None:
        self._aside = aside
        self._prepare = prepare
        self._settle = settle or (lambda: None)
        self._engine = engine
        self._artifacts_dir = artifacts_dir
        self._interval = interval
        self._clock = clock
        self._lock = Lock()
        self._looked_at: float | None = None
        self._serving: Serving | None = None
        self._refused: _Refused | None = None
        self._missing: RecommenderError = NoChampion("The champion has not been looked up yet.")

    @property
    def problem(self) -> str | None:
        """Why the promoted version is not the one that serves, or None."""
        return self._refused.error.detail if self._refused else None

    def current(self) -> Serving:
        """Return the champion to serve a request with.

        Raises
        ------
        NoChampion
            No version is promoted.
        BundleRefused
            The promoted version's bundle was refused and there is no earlier one in memory.
        """
        if self._due() and self._lock.acquire(blocking=self._serving is None):
            if self._serving is None or self._aside is None:
                self._look_and_release()
            else:
                self._aside(self._look_and_release)
        serving = self._serving
        if serving is None:
            raise type(self._missing)(self._missing.detail)
        return serving

    def _look_and_release(self) -> None:
        try:
            if self._due():  # nobody else has looked while this one waited
                self._look()
        finally:
            self._lock.release()

    def _due(self) -> bool:
        return self._looked_at is None or self._clock() - self._looked_at >= self._interval

    def _look(self) -> None:
        try:
            with reading(self._engine) as session:
                self._follow(session)
        except NoChampion as error:
            self._serving, self._refused, self._missing = None, None, error
        except SQLAlchemyError as error:
            # The request itself will say so; the champion in memory is still the last known one.
            _log.error("champion_not_read", error=type(error).__name__)
            if self._serving is None:
                raise
        self._looked_at = self._clock()

    def _follow(self, session: Session) -> None:
        row = read_champion(session)
        serving, refused = self._serving, self._refused
        if serving is not None and serving.version.bundle_hash == row.bundle_hash:
            self._refused = None
            return
        if refused and refused.version == row.version and self._clock() < refused.until:
            return
        self._settle()
        try:
            version, bundle = load_champion(session, self._artifacts_dir)
        except BundleRefused as error:
            self._refuse(row, error)
            return
        found = Serving(version, bundle)
        if self._prepare is not None:
            self._prepare(session, found)
        self._settle()
        self._serving, self._refused = found, None
        _log.info("champion_loaded", version=version.version, bundle=version.bundle_hash)

    def _refuse(self, row: ModelVersion, error: BundleRefused) -> None:
        self._refused = _Refused(row.version, self._clock() + RETRY_REFUSED_SECONDS, error)
        self._missing = error
        serving = self._serving.version.version if self._serving else None
        _log.error(
            "champion_refused", version=row.version, still_serving=serving, reason=error.detail
        )
