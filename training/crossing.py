"""Crossing: each half of the judged learners is answered with what the other half's records chose.

Holding out once more inside would ask about other people: who has two records has none left to hold
out, and they are most of those judged. No held-out record of anybody is learned from by what is
weighted or tuned, and none of a learner chooses anything for that learner.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.splits import Split

CROSSED: Final = (
    "Each half of the learners, drawn by seed, is answered with weights and configurations that "
    "the held-out records of the other half chose; nothing is fitted on those."
)


@dataclass(frozen=True)
class Half:
    """Half of the judged queries, and the other half that teaches how to answer them."""

    validation: Split
    answers: NDArray[np.bool_]
    """Which of the judged queries are answered; shape (q,)."""


def halves_of(judged: Split, least_learners: int, seed: int) -> tuple[Half, ...]:
    """Return both halves of the judged learners; none where one would have too few."""
    half = np.zeros(len(judged.teachers), dtype=bool)
    half[np.random.default_rng(seed).permutation(len(half))[: len(half) // 2]] = True
    if min(half.sum(), (~half).sum()) < least_learners:
        return ()
    return tuple(Half(only(judged, other), ~other) for other in (half, ~half))


def only(split: Split, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Split:
    """Return the split with only some of its queries."""
    places = np.arange(len(split.queries))[rows]
    return replace(
        split,
        queries=split.queries.take(places),
        relevant=split.relevant.take(places),
        teachers=split.teachers[places],
    )
