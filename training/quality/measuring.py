"""What a fit costs: processor seconds, those of the clock, and how far resident memory rose."""

import ctypes
import os
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter, process_time
from types import TracebackType
from typing import Final, Self

HOW: Final = (
    "fit_ratio is the fit's processor seconds (of all threads, so that a busy machine changes "
    "little) over those of plain implicit ALS (64 factors, 15 iterations) in the same run; "
    "wall_ratio, in `costs`, is the same by the clock. peak_mb is how far resident memory rose "
    "above its level before the fit, sampled every 5 ms (of a peer in an environment of its own: "
    "the peak of its process)."
)
_STATM: Final = Path("/proc/self/statm")
_PAUSE: Final = 0.005
_TRIM: Final = getattr(ctypes.CDLL(None), "malloc_trim", None)
"""Of the GNU C library: without it a fit would be given the memory of the one before, unseen."""
_MEBI: Final = 2**20


@dataclass(frozen=True)
class Usage:
    """Cost of one fit; None where it was not measured."""

    seconds: float | None
    """Of processors, all threads together."""
    peak_mb: float | None
    wall_seconds: float | None = None
    """Of the clock."""

    def plus(self, other: "Usage") -> "Usage":
        """Return the cost of one after the other."""
        return Usage(
            _sum(self.seconds, other.seconds),
            _highest(self.peak_mb, other.peak_mb),
            _sum(self.wall_seconds, other.wall_seconds),
        )


def ratio(one: float | None, base: float | None) -> float | None:
    """Return one cost over another; None where either was not measured, or the base is 0."""
    return None if one is None or not base else one / base


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other


def _highest(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else max(one, other)


def resident_mb() -> float:
    """Return the resident memory of this process; its highest so far where no system tells more."""
    if _STATM.is_file():
        pages = int(_STATM.read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / _MEBI
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return highest / _MEBI if sys.platform == "darwin" else highest / 1024


class Watch:
    """Measures what runs inside `with Watch() as watch:`; `watch.usage` afterwards."""

    def __init__(self) -> None:
        self.usage = Usage(None, None)
        self._done = Event()
        self._highest = 0.0

    def __enter__(self) -> Self:
        """Start the clocks, after giving memory that is free but kept back to the system."""
        if _TRIM is not None:
            _TRIM(0)
        self._before = self._highest = resident_mb()
        self._sampler = Thread(target=self._sample, daemon=True)
        self._sampler.start()
        self._start, self._worked = perf_counter(), process_time()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the clocks."""
        wall, worked = perf_counter() - self._start, process_time() - self._worked
        self._done.set()
        self._sampler.join()
        self._highest = max(self._highest, resident_mb())
        self.usage = Usage(worked, self._highest - self._before, wall)

    def _sample(self) -> None:
        while not self._done.wait(_PAUSE):
            self._highest = max(self._highest, resident_mb())
