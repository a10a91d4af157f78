"""Weights of few kinds of evidence, by direct search on NDCG@10.

A likelihood over the whole catalog would fit the tail of the list; what counts is its top, so the
weights are moved by steps on a logarithmic scale and a step is taken where the top gets better. It
must get better by more than its own uncertainty: a gain below `doubt` standard errors of the paired
difference is noise, and on a small or noisy set the weights stay with the best single evidence.
Every search starts from there, so that the blend never loses to one of its parts on the validation.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.fitting.options import TrainingOptions
from models.fitting.ranking import Ranking, ScoreBlock, build_ranking
from recommender.teacher_state import Ragged, TeacherStates
from recommender.vocabulary import Segment

_STEPS: Final = (4.0, 2.0, 2.0**0.5)
"""Factors by which a weight is moved, the coarse first."""

_ENTRIES: Final = (1 / 16, 1 / 4, 1.0)
"""Shares of the largest weight with which an evidence comes in that had none."""

_LEAST_GAIN: Final = 1e-9
"""A smaller gain is rounding."""


@dataclass(frozen=True)
class BlendConfig:
    """How weights are learned.

    Parameters
    ----------
    sample
        At most so many teachers are ranked.
    candidates
        How many of the best of each evidence are ranked for each teacher.
    doubt
        Standard errors of the paired difference that a step must gain.
    shrink
        Teachers' worth of the global weights in the weights of every segment.
    unseen
        Weight, as a share of the largest, of evidence of which the validation had no facts.
    """

    sample: int = 4000
    candidates: int = 100
    doubt: float = 2.0
    shrink: float = 100.0
    unseen: float = 0.1

    def __post_init__(self) -> None:
        if self.sample < 1 or self.candidates < 1:
            raise ValueError(
                f"sample and candidates must be at least 1, got {self.sample} and {self.candidates}"
            )
        if min(self.doubt, self.shrink, self.unseen) < 0:
            raise ValueError(
                "doubt, shrink and unseen must not be below 0, got "
                f"{self.doubt}, {self.shrink} and {self.unseen}"
            )


@dataclass(frozen=True)
class LearnedWeights:
    """Weights by segment, and what the validation could see."""

    weights: NDArray[np.float64]
    """float64[4, J], not negative; each row sums to 1."""
    judged: NDArray[np.int64]
    """Teachers of each segment that were ranked; shape (4,)."""
    speaking: NDArray[np.bool_]
    """Which evidence told credentials apart for anybody; shape (J,)."""


def learn_weights(
    score: ScoreBlock,
    kinds: int,
    states: TeacherStates,
    relevant: Ragged,
    config: BlendConfig,
    options: TrainingOptions,
) -> LearnedWeights:
    """Learn the weights of J kinds of evidence for every segment.

    Parameters
    ----------
    score
        All J at once.
    kinds
        J.
    states
        Teachers, without what was held out of them.
    relevant
        Held-out credentials of each teacher; those without any are passed over.
    """
    chosen = np.flatnonzero(relevant.counts > 0)
    if len(chosen) > config.sample:
        chosen = np.sort(options.rng().choice(chosen, config.sample, replace=False))
    if not len(chosen):
        equal = np.full((len(Segment), kinds), 1 / kinds)
        return LearnedWeights(equal, np.zeros(len(Segment), np.int64), np.zeros(kinds, bool))
    ranking = build_ranking(score, states.take(chosen), relevant.take(chosen), config.candidates)
    judged = np.bincount(ranking.segments, minlength=len(Segment))
    speaking = ranking.speaking
    weights = np.zeros((len(Segment), kinds))
    if speaking.any():
        weights[:, speaking] = _by_segment(ranking.of_kinds(speaking), config)
    else:
        weights[:] = 1 / kinds
    return LearnedWeights(weights, judged, speaking)


def _by_segment(ranking: Ranking, config: BlendConfig) -> NDArray[np.float64]:
    """Return the weights of every segment, float64[4, J]."""
    overall = _global(ranking, config.doubt)
    rows = [
        _of_segment(ranking.take(ranking.segments == code), overall, config)
        for code in range(len(Segment))
    ]
    return np.stack(rows)


def _global(ranking: Ranking, doubt: float) -> NDArray[np.float64]:
    """Return the weights for all teachers together, float64[J]."""
    kinds = len(ranking.values)
    reached = [float(ranking.ndcg(weights).mean()) for weights in np.eye(kinds)]
    alone = np.eye(kinds)[int(np.argmax(reached))]
    best = _search(ranking, alone, doubt)
    mixed = _search(ranking, np.full(kinds, 1 / kinds), doubt)
    return mixed if _better(ranking.ndcg(mixed), ranking.ndcg(best), doubt) else best


def _of_segment(
    ranking: Ranking, overall: NDArray[np.float64], config: BlendConfig
) -> NDArray[np.float64]:
    """Return the weights of one segment, drawn to the global ones where it is small."""
    if not len(ranking):
        return overall
    own = _search(ranking, overall, config.doubt)
    drawn = (len(ranking) * own + config.shrink * overall) / (len(ranking) + config.shrink)
    worse = ranking.ndcg(drawn).mean() < ranking.ndcg(overall).mean()
    return overall if worse else drawn


def _search(ranking: Ranking, start: NDArray[np.float64], doubt: float) -> NDArray[np.float64]:
    """Move one weight at a time for as long as the top of the lists gets better."""
    weights, reached = start, ranking.ndcg(start)
    for step in _STEPS:
        moved = True
        while moved:
            moved = False
            for trial in _moves(weights, step):
                gained = ranking.ndcg(trial)
                if _better(gained, reached, doubt):
                    weights, reached, moved = trial, gained, True
                    break
    settled: NDArray[np.float64] = weights / weights.sum()
    return settled


def _moves(weights: NDArray[np.float64], step: float) -> Iterable[NDArray[np.float64]]:
    """Yield the weights with one of them raised, lowered, put in or left out."""
    largest = weights.max()
    for kind, weight in enumerate(weights):
        values = (weight * step, weight / step, 0.0) if weight > 0 else largest * np.array(_ENTRIES)
        for value in values:
            trial = weights.copy()
            trial[kind] = value
            if trial.max() > 0:
                yield trial / trial.sum()


def _better(gained: NDArray[np.float64], reached: NDArray[np.float64], doubt: float) -> bool:
    """Return whether the mean rose by more than `doubt` standard errors of the difference."""
    rise = gained - reached
    error = float(rise.std()) / math.sqrt(len(rise))
    return float(rise.mean()) > max(doubt * error, _LEAST_GAIN)
