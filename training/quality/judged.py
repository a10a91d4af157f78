"""Ranking for the judged queries: every credential outside the history, for all systems alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.evaluation import Outside, blocks, mask
from training.metrics import LearnerFigures, learner_figures
from training.quality.measuring import Usage
from training.splits import Split

NOT_MEASURED = Usage(None, None)

Scores = Callable[[NDArray[np.int64]], Mapping[str, NDArray[np.float32]]]
"""Gives, for some queries (by row), the scores of one or more systems by name, float32[b, m]."""


@dataclass(frozen=True)
class Judged:
    """What one system did for every query."""

    name: str
    figures: LearnerFigures
    """Of the q queries, in their order."""
    usage: Mapping[int | None, Usage]
    """Cost of the fit by the number of records revealed; None stands for all others."""

    def cost(self, revealed: int | None) -> Usage:
        """Return the cost of the fit that answered the queries with so many records revealed."""
        return self.usage.get(revealed, self.usage.get(None, NOT_MEASURED))


def rank(split: Split, score: Scores) -> dict[str, LearnerFigures]:
    """Return the figures of every query by system."""
    size = len(split.train.catalog)
    outside = Outside(split.queries, size)
    found: dict[str, list[LearnerFigures]] = {}
    for rows in blocks(len(split.queries), size):
        candidates, relevant = outside(rows), mask(split.relevant.take(rows), size)
        for name, scores in score(rows).items():
            found.setdefault(name, []).append(learner_figures(scores, candidates, relevant))
    return {name: LearnerFigures.join(parts) for name, parts in found.items()}
