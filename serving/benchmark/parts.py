"""The parts of the benchmark: each measures the service beside the bare framework in one run."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sqlalchemy import Engine

from serving.benchmark.load import Check, Load, Request, run
from serving.benchmark.people import Crowd, Day
from serving.benchmark.servers import Server

COMMITS_A_SECOND: Final = 50
AFTER_A_SWAP_SECONDS: Final = 3.0

Figures = dict[str, Any]


@dataclass(frozen=True)
class Pace:
    """How long and how hard to ask."""

    seconds: float
    rounds: int
    connections: int = 8


@dataclass(frozen=True)
class Bar:
    """What a figure must keep to."""

    name: str
    value: float
    limit: float
    at_least: bool

    @property
    def held(self) -> bool:
        """Whether it does."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def beside(
    pace: Pace,
    bare: Server,
    ours: Server,
    requests: Callable[[int], Iterator[Request]],
    check: Check | None = None,
    base_requests: Callable[[int], Iterator[Request]] | None = None,
) -> tuple[list[Load], list[Load]]:
    """Return the loads of both servers, in turns; the first turn of each warms it up."""
    base: list[Load] = []
    own: list[Load] = []
    for turn in range(pace.rounds + 1):
        for server, loads, asked, checked in (
            (bare, base, base_requests or requests, None),
            (ours, own, requests, check),
        ):
            before = server.processor_seconds()
            load = run(
                server.address,
                asked(turn),
                connections=pace.connections,
                seconds=pace.seconds,
                check=checked,
            )
            load.server_seconds = server.processor_seconds() - before
            loads.append(load)
    return base[1:], own[1:]


def compared(base: Sequence[Load], own: Sequence[Load]) -> Figures:
    """Return rates, percentiles and the ratios of both; of turns the middle one counts."""
    rates = [load.per_second for load in base], [load.per_second for load in own]
    late = [load.percentile(99) for load in base], [load.percentile(99) for load in own]
    return {
        "bare_per_second": float(np.median(rates[0])),
        "per_second": float(np.median(rates[1])),
        "ratio": float(np.median([ours / bare for bare, ours in zip(*rates, strict=True)])),
        "bare_ms": {f"p{share}": _middle(base, share) for share in (50, 95, 99)},
        "ms": {f"p{share}": _middle(own, share) for share in (50, 95, 99)},
        "bare_us": float(np.median([load.cost for load in base])),
        "us": float(np.median([load.cost for load in own])),
        # by what each costs the processor: what other work on the machine disturbs least
        "ratio_by_processor": float(
            np.median([bare.cost / ours.cost for bare, ours in zip(base, own, strict=True)])
        ),
        "p99_ratio": float(np.median([ours / bare for bare, ours in zip(*late, strict=True)])),
        "failed": sum(load.failed for load in own),
        "tool_busy": float(max(load.busy_seconds / load.seconds for load in (*base, *own))),
        "turns": [{"bare": bare, "ours": ours} for bare, ours in zip(*rates, strict=True)],
    }


def _middle(loads: Sequence[Load], share: float) -> float:
    return float(np.median([load.percentile(share) for load in loads]))


def nothing_remembered(pace: Pace, bare: Server, ours: Server, crowd: Crowd) -> Figures:
    """Every request reads the state and computes."""
    return compared(*beside(pace, bare, ours, crowd.evenly))


def portals_day(
    pace: Pace, bare: Server, ours: Server, crowd: Crowd, engine: Engine, sizes: tuple[int, int]
) -> Figures:
    """Few teachers ask often, one request in ten follows a change, another process writes."""
    days: list[Day] = []

    def requests(turn: int) -> Iterator[Request]:
        days.append(Day(crowd, engine, sizes[1], turn))
        return days[-1].requests()

    def current(about: object, body: bytes) -> bool:
        return days[-1].current(about, body)

    with writing(engine, sizes):
        base, own = beside(pace, bare, ours, requests, current, crowd.evenly)
    figures = compared(base, own)
    checked, wrong = sum(load.checked for load in own), sum(load.wrong for load in own)
    return {**figures, "checked": checked, "stale": wrong, "changes": sum(d.changed for d in days)}


@contextmanager
def writing(engine: Engine, sizes: tuple[int, int]) -> Iterator[None]:
    """Let another process commit changes meanwhile."""
    url = engine.url.render_as_string(hide_password=False)
    numbers = (str(sizes[0]), str(sizes[1]), str(COMMITS_A_SECOND))
    process = subprocess.Popen([sys.executable, "-m", "serving.benchmark.writer", url, *numbers])  # noqa: S603 - our own
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def promotion(
    pace: Pace, ours: Server, crowd: Crowd, version: int, promote: Callable[[], None]
) -> Figures:
    """Promote another model while people ask; answers before and in the swap are compared."""
    versions: dict[int, float] = {}
    calm = run(ours.address, crowd.evenly(1), connections=pace.connections, seconds=pace.seconds)
    moment: list[float] = []

    def requests() -> Iterator[Request]:
        started = time.perf_counter()
        for request in crowd.evenly(2):
            if not moment and time.perf_counter() > started + pace.seconds / 4:
                promote()
                moment.append(time.perf_counter())
            yield request

    def see(_about: object, body: bytes) -> bool:
        at = body.index(b'"model_version":') + len(b'"model_version":')
        versions.setdefault(int(body[at:].split(b",", 1)[0]), time.perf_counter())
        return True

    swapped = run(
        ours.address,
        requests(),
        connections=pace.connections,
        seconds=pace.seconds / 4 + AFTER_A_SWAP_SECONDS + 1,
        check=see,
    )
    if not moment:  # too slow to come so far
        promote()
        moment.append(time.perf_counter())
    ended = np.array(swapped.ended)
    during = np.array(swapped.millis)[
        (ended > moment[0]) & (ended < moment[0] + AFTER_A_SWAP_SECONDS)
    ]
    late = float(np.percentile(during, 99)) if len(during) else float("nan")
    return {
        "failed": swapped.failed,
        "seconds_until_served": versions.get(version, float("inf")) - moment[0],
        "p99_before_ms": calm.percentile(99),
        "p99_during_ms": late,
        "p99_ratio": late / calm.percentile(99),
        "longest_ms": float(during.max(initial=0.0)),
        "versions_seen": sorted(versions),
    }


Serve = Callable[..., AbstractContextManager[Server]]
