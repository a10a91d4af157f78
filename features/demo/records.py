"""From a choice to dated records: enrolled, submitted, earned, expired; some never finished."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from features.demo.arrays import DAY_SECONDS, Bools, Ints, Ledger
from features.demo.calendar import MONTHS, Calendar
from features.demo.catalog import ISSUERS, DemoCatalog
from features.demo.needs import REASONS
from recommender.vocabulary import RecordStatus

_FINISHES: Final = {
    "colleagues": 0.87,
    "stack": 0.8,
    "evaluation": 0.74,
    "self_assessment": 0.74,
    "goal": 0.74,
    "hunch": 0.7,
}
"""Share that earns it, by reason; together works better (NEA: 87 % against 53 %)."""

_FINISHES_OTHERWISE: Final = 0.6
_MOST_MONTHS: Final = 9


@dataclass
class Progress:
    """Who is on the way with what, and when they will be there."""

    rng: np.random.Generator
    calendar: Calendar
    catalog: DemoCatalog
    ledger: Ledger
    _due: dict[int, list[tuple[Ints, Ints]]] = field(
        default_factory=lambda: defaultdict(list), init=False
    )

    def begin(self, month: int, teachers: Ints, credentials: Ints, reasons: Ints) -> None:
        """Write down the whole course of what was begun in a month, as far as it went."""
        rng, count = self.rng, len(teachers)
        enrolled = self.calendar.moments(rng, month, count)
        last = month + 1 + np.minimum(rng.geometric(0.45, count) - 1, _MOST_MONTHS)
        chance = np.array([_FINISHES.get(name, _FINISHES_OTHERWISE) for name in REASONS])
        finishes = rng.random(count) < chance[reasons]
        hands_in = finishes | (rng.random(count) < 0.3)
        done = self._moment_in(last)
        handed_in = enrolled + ((done - enrolled) * rng.uniform(0.6, 0.95, count)).astype(np.int64)
        tells = np.array([issuer.tells_progress for issuer in ISSUERS])
        tells_progress = tells[self.catalog.issuer[credentials]]
        write = self._write
        write(teachers, credentials, RecordStatus.ENROLLED, enrolled, tells_progress)
        write(teachers, credentials, RecordStatus.SUBMITTED, handed_in, tells_progress & hands_in)
        write(teachers, credentials, RecordStatus.EARNED, done, finishes)
        validity = self.catalog.validity_days[credentials]
        ends = done + validity * DAY_SECONDS
        write(teachers, credentials, RecordStatus.EXPIRED, ends, finishes & (validity > 0))
        for due in np.unique(last[finishes]):
            here = finishes & (last == due)
            self._due[int(due)].append((teachers[here], credentials[here]))

    def earned_in(self, month: int) -> tuple[Ints, Ints]:
        """Return who earned what in a month."""
        found = self._due.pop(month, [])
        empty = np.empty(0, dtype=np.int64)
        return (
            np.concatenate([teachers for teachers, _ in found] or [empty]),
            np.concatenate([credentials for _, credentials in found] or [empty]),
        )

    def _moment_in(self, months: Ints) -> Ints:
        """Draw a moment of each month; of months after the end, some moment after it."""
        starts, count = self.calendar.starts, len(months)
        within = np.minimum(months, MONTHS - 1)
        length = starts[within + 1] - starts[within]
        day = starts[within] + (self.rng.random(count) * length).astype(np.int64)
        moment = day * DAY_SECONDS + self.rng.integers(12 * 3600, 24 * 3600, count)
        ahead = self.calendar.end + (months - MONTHS + 1) * 15 * DAY_SECONDS
        return np.where(months < MONTHS, moment, ahead)

    def _write(
        self, teachers: Ints, credentials: Ints, status: RecordStatus, moment: Ints, which: Bools
    ) -> None:
        rows = np.flatnonzero(which & (moment < self.calendar.end))
        self.ledger.add(
            teacher=teachers[rows],
            credential=credentials[rows],
            status=np.full(len(rows), status.code),
            moment=moment[rows],
        )
