"""Keeping which lists were served: beside the requests, bounded, and never in their way.

A request leaves what it served in a queue in memory and goes on. One thread of the process writes
what has come in, once an interval, in a transaction of its own. Where the queue is full, or the
store cannot be written (it is gone, or the disk is full), lists are lost; they are counted, and the
requests do not notice.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from threading import Event, Lock, Thread
from typing import Final, NamedTuple

import structlog
from sqlalchemy import Engine, delete, insert
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from models.suggestions import SuggestionList
from recommender.clock import ms_to_date
from recommender.policy import Policy
from recommender.store.columns import utc_now
from recommender.store.engine import unit_of_work
from recommender.store.tables import ServedSlate

LONGEST_QUEUE: Final = 10_000
INTERVAL_SECONDS: Final = 1.0
ROWS_AT_ONCE: Final = 1_000
SWEEP_EVERY: Final = timedelta(hours=1)
SWEPT_AT_ONCE: Final = 5_000

_log = structlog.get_logger(__name__)


class Served(NamedTuple):
    """A list as it was served to somebody; the same object may be offered again and again."""

    teacher_id: int
    model_version: int
    as_of: int
    policy: Policy
    items: tuple[tuple[int, str, str, float, float], ...]

    @classmethod
    def of(cls, teacher_id: int, model_version: int, listed: SuggestionList) -> "Served":
        """Return what is kept of a list."""
        items = tuple((item.rank, *item.key, item.score, item.propensity) for item in listed.items)
        return cls(teacher_id, model_version, listed.as_of, listed.policy, items)

    def row(self, moment: datetime) -> dict[str, object]:
        """Return the columns of its row."""
        return {
            "served_at": moment,
            "teacher_id": self.teacher_id,
            "model_version": self.model_version,
            "as_of": ms_to_date(self.as_of),
            "policy": asdict(self.policy),
            "items": self.items,
        }


class SlateLog:
    """The queue of one process and the thread that empties it.

    Parameters
    ----------
    engine
        The store.
    days
        So long a row is kept; 0 keeps none, and nothing is queued.
    count
        Told how many lists were written and how many were lost.
    """

    def __init__(
        self,
        engine: Engine,
        days: int,
        count: Callable[[int, int], None],
        longest: int = LONGEST_QUEUE,
        interval: float = INTERVAL_SECONDS,
    ) -> None:
        self._engine = engine
        self._days = days
        self._count = count
        self._longest = longest
        self._interval = interval
        self._queue: deque[tuple[datetime, Served]] = deque()
        self._stop = Event()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._swept: datetime | None = None

    def offer(self, served: Served) -> None:
        """Queue a list that goes out now; never waits and never fails."""
        if not self._days:
            return
        if len(self._queue) >= self._longest:
            self._count(0, 1)
            return
        self._queue.append((utc_now(), served))
        if self._thread is None:
            self._start()

    def close(self) -> None:
        """Write what is queued and stop."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self.write()

    def write(self) -> None:
        """Write what is queued now; what cannot be written is lost and counted."""
        while self._queue:
            taken = list(islice(iter(self._take, None), ROWS_AT_ONCE))
            try:
                with unit_of_work(self._engine) as session:
                    session.connection().execute(
                        insert(ServedSlate), [served.row(moment) for moment, served in taken]
                    )
            except (SQLAlchemyError, OSError) as error:
                self._count(0, len(taken))
                _log.warning("slates_lost", count=len(taken), error=type(error).__name__)
            else:
                self._count(len(taken), 0)

    def _take(self) -> tuple[datetime, Served] | None:
        try:
            return self._queue.popleft()
        except IndexError:
            return None

    def _start(self) -> None:
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                self._thread = Thread(target=self._run, name="slate-log", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(self._interval):
            self.write()
            self._sweep()

    def _sweep(self) -> None:
        """Remove rows that are older than they are kept, once in a while and some at a time."""
        now = utc_now()
        if self._swept is not None and now - self._swept < SWEEP_EVERY:
            return
        old = (
            select(ServedSlate.id)
            .where(col(ServedSlate.served_at) < now - timedelta(days=self._days))
            .limit(SWEPT_AT_ONCE)
        )
        try:
            with unit_of_work(self._engine) as session:
                ids = session.exec(old).all()
                session.execute(delete(ServedSlate).where(col(ServedSlate.id).in_(ids)))
        except (SQLAlchemyError, OSError) as error:
            _log.warning("slates_not_swept", error=type(error).__name__)
            return
        if len(ids) < SWEPT_AT_ONCE:
            self._swept = now
