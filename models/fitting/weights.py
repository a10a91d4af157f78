"""Weights of few kinds of evidence, by direct search on NDCG@10.

A likelihood over the whole catalog would fit the tail of the list; what counts is its top, so the
weights are moved by steps on a logarithmic scale and a step is taken where the top gets better. It
must get better by more than its own uncertainty, `doubt` standard errors of the paired difference.
Every search starts from the best single evidence, so that the blend never loses to one of its parts
on the validation. Nor should it elsewhere: of many steps tried some look good by chance, so what
was found is drawn back towards where the search began, as James and Stein do,

    weights = start + max(0, 1 - (chance / z)^2) (found - start)

with z the whole gain in standard errors. On a small or noisy set little is left of it. In the same
way the weights of a segment are drawn to those of all teachers.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.fitting.options import TrainingOptions
from models.fitting.race import Race
from models.fitting.ranking import Ranking, ScoreBlock, build_ranking
from recommender.teacher_state import Ragged, TeacherStates
from recommender.vocabulary import Segment

_STEPS: Final = (4.0, 2.0, 2.0**0.5)
"""Factors by which a weight is moved, the coarse first."""

_PASSES: Final = 3
"""Passes over all evidence with one step, at most."""

_ENTRIES: Final = (2, 1, 0)
"""Steps below the largest weight at which an evidence comes in that had none."""


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
    chance
        Standard errors that a search may gain by chance.
    unseen
        Weight, as a share of the largest, of evidence of which the validation had no facts.
    """

    sample: int = 4000
    candidates: int = 40
    doubt: float = 1.0
    chance: float = 1.5
    unseen: float = 0.1

    def __post_init__(self) -> None:
        if self.sample < 1 or self.candidates < 1:
            raise ValueError(
                f"sample and candidates must be at least 1, got {self.sample} and {self.candidates}"
            )
        if min(self.doubt, self.chance, self.unseen) < 0:
            raise ValueError(
                "doubt, chance and unseen must not be below 0, got "
                f"{self.doubt}, {self.chance} and {self.unseen}"
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
    kinds = len(ranking.values)
    whole = Race(ranking)
    alone = np.eye(kinds)[_best_alone(whole)]
    overall = _drawn(whole, alone, _search(whole, alone, config.doubt), config)
    rows = [
        _of_segment(ranking.take(ranking.segments == code), overall, config)
        for code in range(len(Segment))
    ]
    return np.stack(rows)


def _of_segment(
    ranking: Ranking, overall: NDArray[np.float64], config: BlendConfig
) -> NDArray[np.float64]:
    """Return the weights of one segment, drawn to the global ones as far as they may be chance."""
    if not len(ranking):
        return overall
    race = Race(ranking)
    alone = np.eye(len(overall))[_best_alone(race)]
    found = _search(race, race.better(alone, overall, config.doubt), config.doubt)
    return _drawn(race, overall, found, config)


def _best_alone(race: Race) -> int:
    """Return the evidence that reaches most by itself."""
    reached = [float(race.ndcg(weights).mean()) for weights in np.eye(race.kinds)]
    return int(np.argmax(reached))


def _drawn(
    race: Race, start: NDArray[np.float64], found: NDArray[np.float64], config: BlendConfig
) -> NDArray[np.float64]:
    """Return what was found, drawn back to `start` as far as the gain may be chance."""
    gained = race.gain(found, start)
    kept = max(0.0, 1.0 - (config.chance / gained) ** 2) if gained > 0 else 0.0
    drawn: NDArray[np.float64] = start + kept * (found - start)
    return start if race.ndcg(drawn).mean() < race.ndcg(start).mean() else drawn


def _search(race: Race, start: NDArray[np.float64], doubt: float) -> NDArray[np.float64]:
    """Move one weight at a time for as long as the top of the lists gets better."""
    weights = start
    for step in _STEPS:
        for _ in range(_PASSES):
            before = weights
            for kind in range(len(weights)):
                weights = _moved(race, weights, kind, step, doubt)
            if weights is before:
                break
    settled: NDArray[np.float64] = weights / weights.sum()
    return settled


def _moved(
    race: Race, weights: NDArray[np.float64], kind: int, step: float, doubt: float
) -> NDArray[np.float64]:
    """Return the weights with one of them moved to where it is best, as they were where nowhere."""
    best = weights
    for value in _values(weights, kind, step):
        trial = weights.copy()
        trial[kind] = value
        if trial.max() > 0:
            best = race.better(trial / trial.sum(), best, doubt)
    return best


def _values(weights: NDArray[np.float64], kind: int, step: float) -> tuple[float, ...]:
    """Return what one weight is moved to."""
    weight = float(weights[kind])
    if weight > 0:
        return (weight * step, weight / step, 0.0)
    return tuple(float(weights.max()) / step**power for power in _ENTRIES)
