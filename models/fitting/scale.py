"""One scale for all evidence, so that weights say how much it counts."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.fitting.options import TrainingOptions
from recommender.teacher_state import TeacherStates

SAMPLE: Final = 200
"""Teachers whose scores make a scale."""

_TINY: Final = 1e-12


def spread_of(
    score: Callable[[TeacherStates], NDArray[np.float32]],
    states: TeacherStates,
    with_facts: NDArray[np.bool_],
    options: TrainingOptions,
) -> float:
    """Return the usual spread of a score within a teacher's row.

    It is the root of the mean variance of the rows of a sample of teachers, those without any
    spread left out; 1 where there is none at all.

    Parameters
    ----------
    score
        The evidence, or a part of it.
    with_facts
        Which teachers it can say something of; shape (n,).
    """
    chosen = np.flatnonzero(with_facts)
    if len(chosen) > SAMPLE:
        chosen = np.sort(options.rng().choice(chosen, SAMPLE, replace=False))
    if not len(chosen):
        return 1.0
    variances = score(states.take(chosen)).var(axis=1, dtype=np.float64)
    variances = variances[variances > _TINY]
    return float(np.sqrt(variances.mean())) if len(variances) else 1.0
