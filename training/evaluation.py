"""Evaluation: what a scorer's ranking is worth on a split, for all learners and by segment."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.axes import TeacherKey
from recommender.catalog import Catalog
from recommender.eligibility import Exclusion, exclusions
from recommender.policy import Policy
from recommender.teacher_state import Ragged, TeacherStates
from recommender.vocabulary import Segment
from training.metrics import Figures, LearnerFigures, learner_figures, summarise
from training.splits import Split

Scorer = Callable[[TeacherStates], NDArray[np.float32]]
"""Gives n learners' scores for every credential, float32[n, m]."""

Candidates = Callable[[NDArray[np.int64]], NDArray[np.bool_]]
"""Says for some queries (by row) which credentials are ranked, bool[b, m]."""

BLOCK_CELLS: Final = 4_000_000
"""Scores held in memory at once, in cells of (learner, credential)."""


@dataclass(frozen=True)
class Evaluation:
    """Figures of one scorer on one split."""

    name: str
    all: Figures
    segments: dict[Segment, Figures]
    """By length of history at the query; only segments with a learner in them."""

    def as_metrics(self) -> dict[str, float]:
        """Return every figure by name, those of a segment as `ndcg_at_10.segment_10_plus`.

        The names hold only what MLflow lets stand in one.
        """
        metrics = dict(self.all.as_metrics())
        metrics["learners"] = self.all.learners
        for segment, figures in self.segments.items():
            place = "segment_" + segment.value.replace("+", "_plus")
            for name, value in figures.as_metrics().items():
                metrics[f"{name}.{place}"] = value
            metrics[f"learners.{place}"] = figures.learners
        return metrics


def evaluate(
    name: str, scorer: Scorer, split: Split, candidates: Candidates | None = None
) -> Evaluation:
    """Rank for each query every credential outside the history, and compare with what came next.

    Parameters
    ----------
    name
        What the figures are shown under.
    scorer
        Sees the queries' states and nothing else.
    split
        Whom to ask about, and what is relevant.
    candidates
        What is ranked; everything outside the history where None.
    """
    everybody = np.ones(len(split.queries), dtype=bool)
    return evaluate_shared(name, [(scorer, everybody)], split, candidates)


def evaluate_shared(
    name: str,
    scorers: Sequence[tuple[Scorer, NDArray[np.bool_]]],
    split: Split,
    candidates: Candidates | None = None,
) -> Evaluation:
    """Do the same where several scorers share the queries.

    Parameters
    ----------
    scorers
        Each with the queries that it answers, bool[q]; every query is answered by exactly one.
    """
    size = len(split.train.catalog)
    outside = candidates or Outside(split.queries, size)
    found, order = [], []
    for scorer, answers in scorers:
        own = np.flatnonzero(answers)
        for block in blocks(len(own), size):
            rows = own[block]
            scores, relevant = scorer(split.queries.take(rows)), split.relevant.take(rows)
            found.append(learner_figures(scores, outside(rows), mask(relevant, size)))
            order.append(rows)
    figures = LearnerFigures.join(found)
    segments = split.queries.segments[np.concatenate(order)]
    return Evaluation(
        name=name,
        all=summarise(figures, size),
        segments={
            segment: summarise(figures.take(segments == segment.code), size)
            for segment in Segment
            if (segments == segment.code).any()
        },
    )


def blocks(learners: int, credentials: int) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of all learners in blocks that fit in memory."""
    step = max(1, BLOCK_CELLS // max(credentials, 1))
    for first in range(0, learners, step):
        yield np.arange(first, min(first + step, learners))


def mask(columns: Ragged, credentials: int) -> NDArray[np.bool_]:
    """Return bool[n, m], true at the columns of each learner."""
    cells = np.zeros((len(columns), credentials), dtype=bool)
    cells[columns.owner, columns.rows] = True
    return cells


class Outside:
    """Candidates of an evaluation: every credential that is not in the learner's history."""

    def __init__(self, queries: TeacherStates, credentials: int) -> None:
        history = queries.history
        self._history = Ragged(history.start, history.rows["credential"])
        self._credentials = credentials

    def __call__(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return bool[b, m]."""
        return ~mask(self._history.take(rows), self._credentials)


class Eligible:
    """Candidates as a teacher would be shown them: eligible at the moment of the query.

    What was taken up although no rule would have suggested it then counts as missed, so the
    difference to `Outside` is what eligibility costs in the figures.
    """

    def __init__(
        self, split: Split, keys: tuple[TeacherKey, ...], catalog: Catalog, policy: Policy
    ) -> None:
        self._queries = split.queries
        self._districts = [keys[teacher][0] for teacher in split.teachers]
        self._catalog = catalog
        self._policy = policy

    def __call__(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return bool[b, m]."""
        codes = [
            exclusions(self._queries.take([row]), self._catalog, self._policy, self._districts[row])
            for row in rows.tolist()
        ]
        eligible: NDArray[np.bool_] = np.stack(codes) == Exclusion.ELIGIBLE.code
        return eligible
