"""Ranking metrics, by ranking every credential that is not in a learner's history.

For a learner with the relevant set R and the ranking c_1, c_2, ... (binary gain):

    ndcg@10   = sum_{i <= 10} [c_i in R] / log2(i + 1)  /  sum_{i <= min(10, |R|)} 1 / log2(i + 1)
    recall@k  = |{c_1 .. c_k} & R| / |R|        (as trec_eval has it: not divided by min(k, |R|))
    mrr       = 1 / rank of the first c_i in R, over the whole ranking; 0 where none is ranked
    coverage@10 = share of the catalog that stands in at least one learner's first ten

The first three are means over learners with something relevant; a learner without is left out and
counted. Ties are broken the same way everywhere: higher score first, then the lower column.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

CUT: Final = 10
DEEP_CUT: Final = 20


@dataclass(frozen=True)
class LearnerFigures:
    """Figures of q learners, and the columns of their first ten (-1 where the list is shorter)."""

    ndcg: NDArray[np.float64]
    recall: NDArray[np.float64]
    deep_recall: NDArray[np.float64]
    reciprocal_rank: NDArray[np.float64]
    relevant: NDArray[np.int64]
    """How many credentials are relevant to each learner."""
    top: NDArray[np.int32]
    """int32[q, 10]."""

    def take(self, learners: NDArray[np.bool_]) -> "LearnerFigures":
        """Return the figures of the learners where the mask is true."""
        return LearnerFigures(
            *(getattr(self, name)[learners] for name in self.__dataclass_fields__)
        )

    @classmethod
    def join(cls, blocks: list["LearnerFigures"]) -> "LearnerFigures":
        """Put blocks of learners together, in their order."""
        return cls(
            *(
                np.concatenate([getattr(block, name) for block in blocks])
                for name in cls.__dataclass_fields__
            )
        )


@dataclass(frozen=True)
class Figures:
    """Means over `learners` learners; NaN where there is none."""

    learners: int
    ndcg_at_10: float
    recall_at_10: float
    recall_at_20: float
    mrr: float
    coverage_at_10: float
    left_out: int = field(default=0)
    """Learners without anything relevant, who are in no mean."""

    def as_metrics(self) -> Mapping[str, float]:
        """Return the means by name."""
        return {name: getattr(self, name) for name in METRICS}


METRICS: Final = ("ndcg_at_10", "recall_at_10", "recall_at_20", "mrr", "coverage_at_10")
"""Every metric, in the order of tables."""


def ranking(scores: NDArray[np.float32], candidates: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the columns of each row from first to last, those that are no candidate at the end.

    Parameters
    ----------
    scores
        float32[b, m], finite.
    candidates
        bool[b, m]: what may be ranked.

    Raises
    ------
    ValueError
        A score is not finite: a broken model must not be given a figure.
    """
    if not np.isfinite(scores).all():
        raise ValueError("scores must be finite to be ranked")
    return np.argsort(np.where(candidates, -scores, np.inf), axis=1, kind="stable")


def learner_figures(
    scores: NDArray[np.float32],
    candidates: NDArray[np.bool_],
    relevant: NDArray[np.bool_],
) -> LearnerFigures:
    """Return the figures of a block of b learners.

    Parameters
    ----------
    scores
        float32[b, m], finite.
    candidates
        bool[b, m]: what is ranked. A relevant credential that is not counts as missed.
    relevant
        bool[b, m].
    """
    order = ranking(scores, candidates)
    hits = np.take_along_axis(relevant & candidates, order, axis=1)
    total = relevant.sum(axis=1)
    discount = 1.0 / np.log2(np.arange(CUT) + 2.0)
    # a sum a row, not a matrix product: its rounding does not depend on the block's size
    gain = (hits[:, :CUT] * discount[: hits.shape[1]]).sum(axis=1)
    ideal = np.concatenate([[0.0], np.cumsum(discount)])[np.minimum(total, CUT)]
    return LearnerFigures(
        ndcg=_ratio(gain, ideal),
        recall=_ratio(hits[:, :CUT].sum(axis=1), total),
        deep_recall=_ratio(hits[:, :DEEP_CUT].sum(axis=1), total),
        reciprocal_rank=np.where(hits.any(axis=1), 1.0 / (hits.argmax(axis=1) + 1.0), 0.0),
        relevant=total.astype(np.int64),
        top=_top(order, candidates.sum(axis=1)),
    )


def _ratio(value: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return value / np.maximum(whole, np.finfo(np.float64).tiny)


def _top(order: NDArray[np.int64], length: NDArray[np.int64]) -> NDArray[np.int32]:
    top = np.full((len(order), CUT), -1, dtype=np.int32)
    width = min(CUT, order.shape[1])
    top[:, :width] = np.where(np.arange(width) < length[:, None], order[:, :width], -1)
    return top


def summarise(figures: LearnerFigures, catalog_size: int) -> Figures:
    """Return the means over the learners with something relevant, and how many had nothing."""
    judged = figures.take(figures.relevant > 0)
    shown = np.unique(judged.top)
    learners = len(judged.relevant)
    return Figures(
        learners=learners,
        ndcg_at_10=_mean(judged.ndcg),
        recall_at_10=_mean(judged.recall),
        recall_at_20=_mean(judged.deep_recall),
        mrr=_mean(judged.reciprocal_rank),
        coverage_at_10=float((shown >= 0).sum() / catalog_size) if learners else float("nan"),
        left_out=len(figures.relevant) - learners,
    )


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else float("nan")
