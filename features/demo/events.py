"""Feedback of the last year, light: a few shown, some looked at, fewer kept or sent away."""

from typing import Final

import numpy as np

from features.demo.arrays import Bools, Floats, Ints, Ledger, pick
from features.demo.calendar import Calendar
from features.demo.choices import BLOCK, Choices
from recommender.vocabulary import EventKind

_VISITS: Final = 0.07
"""Share of teachers who open their page in a month."""

_SHOWN: Final = 5
_SECOND: Final = 20
"""Seconds between an impression and each further step."""


def visit(
    rng: np.random.Generator, calendar: Calendar, month: int, choices: Choices, ledger: Ledger
) -> None:
    """Let some teachers look at five credentials each; what is sent away is never taken up."""
    there = choices.roster.first_month <= month
    teachers = np.flatnonzero(there & (rng.random(len(there)) < _VISITS))
    for start in range(0, len(teachers), BLOCK):
        _look(rng, calendar, month, choices, teachers[start : start + BLOCK], ledger)


def _look(
    rng: np.random.Generator,
    calendar: Calendar,
    month: int,
    choices: Choices,
    teachers: Ints,
    ledger: Ledger,
) -> None:
    open_ = choices.available(teachers, int(calendar.starts[month]))
    shown = _draw_shown(rng, open_ * choices.catalog.appeal)
    moment = calendar.moments(rng, month, len(teachers))
    row, place = np.nonzero(open_[np.arange(len(teachers))[:, None], shown])
    who, which = teachers[row], shown[row, place]
    liking, use = _appeal_to(choices, who, which)
    noise = rng.standard_normal((3, len(row)))
    viewed = 0.6 * liking + 0.5 * use + noise[0] > 0.4
    saved = viewed & (0.6 * liking + 0.6 * use + noise[1] > 1.0)
    away = ~saved & (noise[2] - 0.6 * liking - 0.4 * use > 1.8)
    knows = away & (use < -0.5)
    at = moment[row] + place * 3
    for kind, rows, step in (
        (EventKind.SHOWN, np.ones(len(row), dtype=bool), 0),
        (EventKind.VIEWED, viewed, 1),
        (EventKind.SAVED, saved, 2),
        (EventKind.DISMISSED, away & ~knows, 2),
        (EventKind.KNOWN, knows, 2),
    ):
        _write(ledger, calendar, kind, who[rows], which[rows], (at + step * _SECOND)[rows])
    choices.taken[who[away], which[away]] = True


def _draw_shown(rng: np.random.Generator, weights: Floats) -> Ints:
    """Draw a handful of columns a row, none twice; shape (g, 5)."""
    drawn = []
    left = weights.copy()
    for _ in range(_SHOWN):
        column = pick(rng, left)
        left[np.arange(len(left)), column] = 0.0
        drawn.append(column)
    return np.column_stack(drawn)


def _appeal_to(choices: Choices, teachers: Ints, credentials: Ints) -> tuple[Floats, Floats]:
    """Return how well each suits the teacher's taste and how much it meets a need."""
    hidden, catalog = choices.hidden, choices.catalog
    liking = (hidden.tastes[teachers] * catalog.tastes[credentials]).sum(axis=1)
    develops = catalog.develops_hub[credentials]
    use = (hidden.hub[teachers] * develops).sum(axis=1) / np.maximum(develops.sum(axis=1), 1e-6)
    return liking, use


def _write(
    ledger: Ledger, calendar: Calendar, kind: EventKind, who: Ints, which: Ints, at: Ints
) -> None:
    seen: Bools = at < calendar.end
    ledger.add(
        teacher=who[seen],
        credential=which[seen],
        kind=np.full(int(seen.sum()), kind.code),
        moment=at[seen],
    )
