"""Figures of groups of learners, with what chance would make of them.

Intervals are of the bootstrap over learners: a resample draws as many learners as there are, with
replacement, and the same resamples serve every system, so that differences are paired.

    gini = sum_i (2 i - m - 1) x_i / (m sum_i x_i)

for the numbers x_1 <= ... <= x_m of learners to whom each of the m credentials is shown among the
first ten: 0 where all are shown alike, near 1 where few are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from recommender.vocabulary import Segment
from training.judging import BLEND
from training.metrics import LearnerFigures, summarise
from training.quality.judged import Judged
from training.quality.measuring import Usage, ratio
from training.quality.ours import PREFIX
from training.quality.trial import Trial, of_number

ALL: Final = "all"
RESAMPLES: Final = 1000
TAIL: Final = 2.5
"""Percent left out at each end of an interval."""
_CHUNK: Final = 4_000_000
"""Numbers drawn at once."""


@dataclass(frozen=True)
class Group:
    """Some of the queries: those with so many records revealed and of a length of history."""

    revealed: int | None
    segment: str
    rows: NDArray[np.bool_]


def groups(trial: Trial) -> Iterator[Group]:
    """Yield all queries and each segment with a learner in it, by number of records revealed."""
    segments = trial.judged.queries.segments
    for number in trial.numbers:
        inside = of_number(trial.revealed, number, len(segments))
        yield Group(number, ALL, inside)
        for segment in Segment:
            rows = inside & (segments == segment.code)
            if rows.any():
                yield Group(number, segment.value, rows)


def resampled_means(values: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Return the means of n learners' values in each resample.

    Parameters
    ----------
    values
        float64[s, n], a row for each system.

    Returns
    -------
    float64[RESAMPLES, s].
    """
    learners = values.shape[1]
    rng = np.random.default_rng(seed)
    means = np.empty((RESAMPLES, len(values)))
    step = max(1, _CHUNK // learners)
    for first in range(0, RESAMPLES, step):
        count = min(step, RESAMPLES - first)
        drawn = rng.integers(learners, size=(count, learners))
        drawn += np.arange(count)[:, None] * learners
        times = np.bincount(drawn.ravel(), minlength=count * learners).reshape(count, learners)
        means[first : first + count] = times @ values.T / learners
    return means


def interval(means: NDArray[np.float64]) -> tuple[float, float]:
    """Return the ends of the 95 % interval of resampled means, shape (RESAMPLES,)."""
    low, high = np.percentile(means, [TAIL, 100 - TAIL])
    return float(low), float(high)


def gini(top: NDArray[np.int32], credentials: int) -> float:
    """Return how unevenly m credentials are shown in some lists; NaN where nothing is shown.

    Parameters
    ----------
    top
        int32[q, 10], columns; -1 where a list is shorter.
    credentials
        m.
    """
    shown = np.sort(np.bincount(top[top >= 0], minlength=credentials)).astype(np.float64)
    total = shown.sum()
    if not total:
        return float("nan")
    ranks = np.arange(1, credentials + 1)
    return float(((2 * ranks - credentials - 1) * shown).sum() / (credentials * total))


@dataclass(frozen=True)
class Table:
    """Rows of the report."""

    results: list[dict[str, Any]]
    paired: list[dict[str, Any]]
    costs: list[dict[str, Any]]


def tabulate(trial: Trial, systems: Sequence[Judged], plain: Usage, seed: int) -> Table:
    """Return the figures of every system in every group, and the paired tests of the blend."""
    table = Table([], [], [])
    size = len(trial.judged.train.catalog)
    for group in groups(trial):
        own = {one.name: one.figures.take(group.rows) for one in systems}
        means = resampled_means(np.stack([one.ndcg for one in own.values()]), seed)
        resampled = dict(zip(own, means.T, strict=True))
        for one in systems:
            row = _row(one, own[one.name], resampled[one.name], group, size)
            cost = one.cost(group.revealed)
            told = {
                "fit_ratio": ratio(cost.seconds, plain.seconds),
                "peak_mb": cost.peak_mb,
            }
            table.results.append(row | told)
            if group.segment == ALL:
                table.costs.append(_cost_row(one.name, group, cost, plain) | told)
        table.paired.extend(_paired(own, resampled, group))
    return table


def _row(
    system: Judged,
    figures: LearnerFigures,
    resampled: NDArray[np.float64],
    group: Group,
    size: int,
) -> dict[str, Any]:
    means = summarise(figures, size)
    low, high = interval(resampled)
    return {
        "system": system.name,
        "segment": group.segment,
        "revealed": group.revealed,
        "learners": means.learners,
        "ndcg@10": means.ndcg_at_10,
        "ndcg@10_low": low,
        "ndcg@10_high": high,
        "recall@10": means.recall_at_10,
        "recall@20": means.recall_at_20,
        "mrr": means.mrr,
        "coverage@10": means.coverage_at_10,
        "gini": gini(figures.top, size),
    }


def _cost_row(system: str, group: Group, usage: Usage, plain: Usage) -> dict[str, Any]:
    return {
        "system": system,
        "revealed": group.revealed,
        "cpu_seconds": usage.seconds,
        "wall_seconds": usage.wall_seconds,
        "wall_ratio": ratio(usage.wall_seconds, plain.wall_seconds),
    }


def compare(
    one: NDArray[np.float64], other: NDArray[np.float64], gained: float
) -> dict[str, float]:
    """Return the difference of two systems with its paired interval and p-value.

    Parameters
    ----------
    one, other
        Resampled means of both, of the same resamples; shape (RESAMPLES,).
    gained
        Difference of the two means.
    """
    apart = one - other
    low, high = interval(apart)
    tail = min(int((apart <= 0).sum()), int((apart >= 0).sum()))
    return {
        "difference": gained,
        "low": low,
        "high": high,
        "p": min(1.0, 2 * (tail + 1) / (RESAMPLES + 1)),
    }


def _paired(
    own: Mapping[str, LearnerFigures], resampled: Mapping[str, NDArray[np.float64]], group: Group
) -> Iterator[dict[str, Any]]:
    """Yield the tests of the blend against the best peer and against its own best evidence."""
    if BLEND not in own:
        return
    ndcg = {name: float(figures.ndcg.mean()) for name, figures in own.items()}
    sides = {
        "best peer": [name for name in own if name != BLEND and not name.startswith(PREFIX)],
        "best evidence": [name for name in own if name.startswith(PREFIX)],
    }
    for against, names in sides.items():
        if names:
            best = max(names, key=lambda name: ndcg[name])
            yield {
                "segment": group.segment,
                "revealed": group.revealed,
                "learners": int(group.rows.sum()),
                "against": against,
                "system": best,
                **compare(resampled[BLEND], resampled[best], ndcg[BLEND] - ndcg[best]),
            }
