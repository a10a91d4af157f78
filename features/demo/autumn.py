"""What teachers write down in autumn: self-assessments and growth goals."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from features.demo.arrays import Floats, Ints, Ledger, pick, softmax
from features.demo.beliefs import OF_SELF, WISH, hear
from features.demo.calendar import Calendar, day_number
from features.demo.choices import Choices
from features.demo.frameworks import load_frameworks
from features.demo.stacks import NONE
from recommender.vocabulary import SetBy

OPEN_END: Final = -1
"""`until` of a goal without an end."""

_USUAL_LEVEL: Final = 3.6
_NEED_OF_LEVEL: Final = 0.8
"""How people rate themselves on the scale of five, and the need that each level below tells of."""

_ASKED: Final = 8
"""Standards that a self-assessment asks for, on average."""


@dataclass(frozen=True)
class Autumn:
    """One September."""

    rng: np.random.Generator
    calendar: Calendar
    month: int
    choices: Choices

    def some_teachers(self, share: float) -> Ints:
        """Draw a share of those who are there."""
        there = self.choices.roster.first_month <= self.month
        return np.flatnonzero(there & (self.rng.random(len(there)) < share))


def assess(autumn: Autumn, ledger: Ledger) -> None:
    """Add self-assessments: most on the state's framework, some on the hub."""
    rng, frameworks = autumn.rng, load_frameworks()
    hidden = autumn.choices.hidden
    teachers = autumn.some_teachers(0.35)
    on_hub = rng.random(len(teachers)) < 0.12
    day = autumn.calendar.days(rng, autumn.month, len(teachers))
    usual = ~on_hub
    framework = hidden.framework[teachers]
    asked = rng.random((len(teachers), frameworks.leaves.shape[1])) < (
        _ASKED / frameworks.valid.sum(axis=1)[framework, None]
    )
    row, leaf = np.nonzero(asked & usual[:, None] & frameworks.valid[framework])
    need = hidden.leaf[teachers[row], leaf]
    said = _add_assessments(
        autumn, ledger, teachers[row], frameworks.leaves[framework[row], leaf], need, day[row]
    )
    hear(hidden.beliefs.own, teachers[row], leaf, said, OF_SELF)
    row, standard = np.nonzero(np.repeat(on_hub[:, None], len(frameworks.hub), axis=1))
    need = hidden.hub[teachers[row], standard]
    said = _add_assessments(autumn, ledger, teachers[row], frameworks.hub[standard], need, day[row])
    _spread(autumn, teachers[on_hub], said.reshape(-1, len(frameworks.hub)))


def _add_assessments(
    autumn: Autumn, ledger: Ledger, teachers: Ints, standard: Ints, need: Floats, day: Ints
) -> Floats:
    """Add self-assessments, and return the need that each says.

    People over-rate themselves where they are weak: the slope is halved there.
    """
    rng = autumn.rng
    seen = 3.4 - 0.9 * need + 0.45 * np.maximum(need, 0.0)
    seen += autumn.choices.hidden.self_regard[teachers] + rng.normal(0.0, 0.6, len(need))
    level = np.clip(np.round(seen), 1, 5).astype(np.int64)
    level[rng.random(len(need)) < 0.02] = 0
    wants = rng.random(len(need)) < 1.0 / (1.0 + np.exp(2.2 - 1.3 * need))
    ledger.add(teacher=teachers, standard=standard, level=level, day=day, wants=wants)
    said = np.where(level > 0, _NEED_OF_LEVEL * (_USUAL_LEVEL - level), 0.0) + WISH * wants
    return np.asarray(said, dtype=np.float32)


def _spread(autumn: Autumn, teachers: Ints, said: Floats) -> None:
    """Let what was said of the hub's standards, shape (g, h), reach the leaves that meet them."""
    frameworks, hidden = load_frameworks(), autumn.choices.hidden
    for place, valid in enumerate(frameworks.valid):
        rows = np.flatnonzero(hidden.framework[teachers] == place)
        leaves = np.flatnonzero(valid)
        of_leaf = said[rows] @ frameworks.to_hub[place][leaves].T
        row, column = np.indices(of_leaf.shape)
        who = teachers[rows][row.ravel()]
        hear(hidden.beliefs.own, who, leaves[column.ravel()], of_leaf.ravel(), OF_SELF / 2)


def set_goals(autumn: Autumn, ledger: Ledger) -> None:
    """Set one or two goals for some; more often than not where the need is real."""
    rng, choices = autumn.rng, autumn.choices
    choices.goals[:] = NONE
    teachers = autumn.some_teachers(0.4)
    leaf = np.column_stack([_draw_leaf(rng, choices, teachers) for _ in range(2)])
    leaf[(rng.random(len(teachers)) < 0.75) | (leaf[:, 0] == leaf[:, 1]), 1] = NONE
    choices.goals[teachers] = leaf
    day = autumn.calendar.days(rng, autumn.month, len(teachers))
    row, place = np.nonzero(leaf != NONE)
    coach = (rng.random(len(row)) < 0.35) & (choices.roster.coach[teachers[row]] > 0)
    year = autumn.calendar.year(autumn.month)
    summer = np.full(len(row), day_number(date(year + 1, 6, 30)))
    ledger.add(
        teacher=teachers[row],
        standard=load_frameworks().leaves[
            choices.hidden.framework[teachers[row]], leaf[row, place]
        ],
        set_on=day[row],
        until=np.where(rng.random(len(row)) < 0.1, OPEN_END, summer),
        set_by=np.where(coach, SetBy.COACH.code, SetBy.TEACHER.code),
    )


def set_pathways(autumn: Autumn, chosen: Ints, year: Ints, ledger: Ledger) -> None:
    """Set the goal of following a pathway, for those whose September this is.

    Parameters
    ----------
    chosen
        Pathway that each teacher will follow, `NONE` for none; shape (n,).
    year
        In which September, counted from 0; shape (n,).
    """
    rng, choices = autumn.rng, autumn.choices
    there = choices.roster.first_month <= autumn.month
    now = (chosen != NONE) & (year == autumn.month // 12) & there
    teachers = np.flatnonzero(now)
    choices.pathway[teachers] = chosen[teachers]
    coach = (rng.random(len(teachers)) < 0.35) & (choices.roster.coach[teachers] > 0)
    ledger.add(
        teacher=teachers,
        pathway=chosen[teachers],
        set_on=autumn.calendar.days(rng, autumn.month, len(teachers)),
        set_by=np.where(coach, SetBy.COACH.code, SetBy.TEACHER.code),
    )


def _draw_leaf(rng: np.random.Generator, choices: Choices, teachers: Ints) -> Ints:
    """Three in four goals follow the need that is seen, the rest fall anywhere."""
    hidden = choices.hidden
    real = np.isfinite(hidden.leaf[teachers])
    by_need = pick(rng, softmax(np.float32(1.6) * hidden.beliefs.seen(teachers)))
    anywhere = pick(rng, real.astype(np.float32))
    return np.where(rng.random(len(teachers)) < 0.75, by_need, anywhere)
