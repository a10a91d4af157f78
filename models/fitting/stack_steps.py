"""How often a credential was taken up while one of its prerequisites was missing."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.stack_steps import StackSteps
from recommender.teacher_state import UNDATED_MS, Ragged, TeacherStates

LEAK: Final = 0.1
"""What a locked credential keeps where no record tells."""

_PRIOR: Final = 20.0
"""So many records is that worth."""

_SAMPLE: Final = 4000
"""At most so many teachers are looked at."""


def learn_leak(steps: StackSteps, states: TeacherStates) -> float:
    """Return it for the newest dated records of teachers, drawn to the usual by few records."""
    if not len(steps.after):
        return LEAK
    newest, before = _newest(states)
    which, locked = steps.locked(before)
    of_chain = newest["credential"][:, None] == which
    seen, missing = int(of_chain.sum()), int((of_chain & locked).sum())
    return (missing + _PRIOR * LEAK) / (seen + _PRIOR)


def _newest(states: TeacherStates) -> tuple[NDArray[Any], Ragged]:
    """Return the newest dated record of each teacher who has one, and all that are earlier."""
    history = states.history
    filled = np.flatnonzero(history.counts > 0)
    last = history.rows[history.start[filled + 1] - 1]
    chosen = filled[last["on"] != UNDATED_MS][:_SAMPLE]
    own = history.take(chosen)
    newest = own.rows[own.start[1:] - 1]
    return newest, own.keep(own.rows["on"] < newest["on"][own.owner])
