"""How much a fact still counts: it halves with every half-life that has passed since."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from recommender.teacher_state import UNDATED_MS

DAY_MS: Final = 86_400_000.0


def recency(
    on: NDArray[np.int64], as_of: NDArray[np.int64] | int, half_life_days: float, undated: float
) -> NDArray[np.float64]:
    """Return the weight `0.5 ** (days since / half-life)` of each fact, in (0, 1].

    Parameters
    ----------
    on
        Moments of the facts in ms, `UNDATED_MS` where not known.
    as_of
        Moment from which each fact is seen; broadcast against `on`.
    half_life_days
        Days after which a fact counts half; infinite where age does not matter.
    undated
        Weight of a fact without a date.
    """
    since: NDArray[Any] = np.asarray(as_of) - on
    weights: NDArray[np.float64] = np.exp2(np.maximum(since, 0) / (-DAY_MS * half_life_days))
    weights[on == UNDATED_MS] = undated
    return weights
