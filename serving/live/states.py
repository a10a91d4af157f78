"""The state packs in force, read again once a file of the deployment's folder has changed."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

import structlog

from recommender.states.shelf import Shelf

_log = structlog.get_logger(__name__)

_Print = tuple[tuple[str, int, int], ...]


class LiveShelf:
    """The shelf of a running service.

    Parameters
    ----------
    own
        The deployment's folder of packs; it need not exist.
    interval
        Seconds between two looks at it.
    """

    def __init__(
        self, own: Path, interval: float = 0.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.changes = 0
        """How often the packs in force have been read anew."""
        self._own = own
        self._interval = interval
        self._clock = clock
        self._looked_at = clock()
        self._lock = Lock()
        self._print = _print_of(own)
        self._shelf = Shelf(own)
        self._tell_refused()

    def current(self) -> Shelf:
        """Return the shelf; a changed pack holds from the next look on.

        A state whose files break a rule keeps the packs that were in force, and the log says so.
        """
        if self._clock() - self._looked_at < self._interval:
            return self._shelf
        self._looked_at = self._clock()
        if _print_of(self._own) != self._print:
            with self._lock:
                now = _print_of(self._own)
                if now != self._print:
                    self._shelf.refresh()
                    self._print = now
                    self.changes += 1
                    self._tell_refused()
        return self._shelf

    def _tell_refused(self) -> None:
        for fault in self._shelf.faults:
            _log.warning("state_pack_refused", fault=str(fault))


def _print_of(folder: Path) -> _Print:
    """Return name, size and time of change of every file below a folder."""
    found = []
    for path in folder.rglob("*"):
        try:
            told = path.stat()
        except OSError:  # gone or put in place while we looked: the next request sees it whole
            continue
        found.append((str(path), told.st_mtime_ns, told.st_size))
    return tuple(sorted(found))
