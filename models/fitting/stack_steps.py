"""Fitting of the steps of stacks: how often the next credential taken up was an open step."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from features.training_data import TrainingData
from models.stack_steps import StackSteps
from recommender.teacher_state import UNDATED_MS, Ragged, TeacherStates

CHANCE: Final = 0.2
"""Chance of an open step where no record tells."""

LEAK: Final = 0.1
"""What a locked credential keeps where no record tells."""

_PRIOR: Final = 20.0
"""So many records is that worth."""

_SAMPLE: Final = 4000
"""At most so many teachers are looked at."""


def fit_stack_steps(data: TrainingData) -> StackSteps:
    """Learn both chances from the newest dated record of each teacher and what came before it."""
    steps = StackSteps.of(data.catalog, CHANCE, LEAK)
    newest, before = _newest(data.states)
    if not len(newest) or not ((steps.stack >= 0).any() or len(steps.after)):
        return steps
    taken = np.arange(len(newest)), newest["credential"]
    opened = steps.open(before, np.ones(len(before.rows))) > 0
    offered = opened.any(axis=1)
    chance = _shrunk(float(opened[taken].sum()), float(offered.sum()), CHANCE)
    chained = np.isin(newest["credential"], steps.after)
    locked = chained & (replace(steps, leak=0.0).keys(before)[taken] == 0)
    return replace(
        steps,
        chance=chance,
        leak=_shrunk(float(locked.sum()), float(chained.sum()), LEAK),
    )


def _newest(states: TeacherStates) -> tuple[NDArray[Any], Ragged]:
    """Return the newest dated record of each teacher who has one, and all that are earlier."""
    history = states.history
    filled = np.flatnonzero(history.counts > 0)
    last = history.rows[history.start[filled + 1] - 1]
    chosen = filled[last["on"] != UNDATED_MS][:_SAMPLE]
    own = history.take(chosen)
    newest = own.rows[own.start[1:] - 1]
    return newest, own.keep(own.rows["on"] < newest["on"][own.owner])


def _shrunk(seen: float, of: float, usual: float) -> float:
    """Return a share drawn to the usual one by `_PRIOR` observations."""
    return (seen + _PRIOR * usual) / (of + _PRIOR)
