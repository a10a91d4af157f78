"""Weights of few kinds of evidence, by direct search on NDCG@10.

A likelihood over the whole catalog would fit the tail of the list; what counts is its top, so the
weights are moved by steps on a logarithmic scale and a step is taken where the top gets better. It
must get better by more than its own uncertainty, `doubt` standard errors of the paired difference.
Where scores may be damped (see `models.colleagues`), the power is moved in the same way.

Every search starts from the best single evidence, so that the blend never loses to one of its parts
on the validation. Nor should it elsewhere: of many steps tried some look good by chance, so each
half of the teachers judges what a search on the other half found, and the mean of both is drawn
back towards where they began, as James and Stein do,

    weights = start + max(0, 1 - (chance / z)^2) (found - start)

with z the gain on the teachers that were not searched on, in standard errors. On a small or noisy
set little is left of it. In the same way the weights of a segment are drawn to those of all
teachers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.fitting.race import Race, standard_errors
from models.fitting.ranking import Ranking
from recommender.vocabulary import Segment

Point = NDArray[np.float64]
"""float64[J + 1]: J weights, and the power of the damping."""

_STEPS: Final = ((4.0, 0.1), (2.0, 0.1), (2.0**0.5, 0.05))
"""Factors by which a weight is moved, and what a power is, the coarse first."""

_PASSES: Final = 2
"""Passes over all evidence with one step, at most."""

_ENTRIES: Final = (2, 1, 0)
"""Steps below the largest weight at which an evidence comes in that had none."""

_FIRST_POWERS: Final = (0.1, 0.2, 0.3)
"""Powers that the best single evidence is tried with, beside none."""

_TRACE: Final = 0.03
"""A weight below this share of the largest is a trace."""

_FEWEST: Final = 20
"""Fewer teachers teach nothing but which evidence is best alone."""

_CLEARLY: Final = 2.0
"""Standard errors by which one evidence alone must beat the weights of all teachers."""

_POWERS: Final = (-0.2, 0.6)
"""Least and largest power."""


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
    rounds
        So many times the teachers are halved; more of them hold the weights steadier.
    unseen
        Weight, as a share of the largest, of evidence of which the validation had no facts.
    """

    sample: int = 3000
    candidates: int = 30
    doubt: float = 0.5
    chance: float = 1.0
    rounds: int = 1
    unseen: float = 0.1

    def __post_init__(self) -> None:
        if min(self.sample, self.candidates, self.rounds) < 1:
            raise ValueError(
                "sample, candidates and rounds must be at least 1, got "
                f"{self.sample}, {self.candidates} and {self.rounds}"
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
    powers: NDArray[np.float64]
    """Power of the damping by segment; shape (4,)."""
    judged: NDArray[np.int64]
    """Teachers of each segment that were ranked; shape (4,)."""
    speaking: NDArray[np.bool_]
    """Which evidence told credentials apart for anybody; shape (J,)."""


def learn_weights(ranking: Ranking, config: BlendConfig) -> LearnedWeights:
    """Learn the weights of J kinds of evidence for every segment.

    The power of the damping is learned with them where candidates differ in how common they are;
    it is 0 otherwise.
    """
    kinds = len(ranking.values)
    judged = np.bincount(ranking.segments, minlength=len(Segment))
    speaking = ranking.speaking
    weights = np.full((len(Segment), kinds), 1 / kinds)
    powers = np.zeros(len(Segment))
    if len(ranking) and speaking.any():
        points = _by_segment(ranking.of_kinds(speaking), config)
        weights[:] = 0.0
        weights[:, speaking], powers = points[:, :-1], points[:, -1]
    return LearnedWeights(weights, powers, judged, speaking)


def _by_segment(ranking: Ranking, config: BlendConfig) -> NDArray[np.float64]:
    """Return the point of every segment, float64[4, J + 1]."""
    overall = _crossed(ranking, None, config)
    rows = [
        _crossed(ranking.take(ranking.segments == code), overall, config)
        for code in range(len(Segment))
    ]
    return np.stack(rows)


def _crossed(ranking: Ranking, overall: Point | None, config: BlendConfig) -> Point:
    """Return the mean of what searches on both halves find, drawn back as far as it may be chance.

    Parameters
    ----------
    overall
        The point of all teachers, where one segment is searched; it is drawn back to there. The
        best single evidence where None.
    """
    whole = _Search(ranking, config.doubt)
    if len(ranking) < _FEWEST:
        return overall if overall is not None else whole.best_alone()
    start = whole.best_alone() if overall is None else whole.better_start(overall)
    found: list[Point] = []
    kept = []
    for first in _halves(len(ranking), config.rounds):
        halves = [_Search(ranking.take(half), config.doubt) for half in (first, ~first)]
        points = [one.climb(start) for one in halves]
        rises = [
            judge.race.ndcg(point) - judge.race.ndcg(start)
            for point, judge in zip(points, reversed(halves), strict=True)
        ]
        found += points
        kept.append(_kept(np.concatenate(rises), config.chance))
    drawn: Point = start + np.mean(kept) * (np.mean(found, axis=0) - start)
    # of equals the first
    return max((_without_traces(drawn), drawn, start), key=whole.reached)


def _without_traces(point: Point) -> Point:
    """Leave out weights that say next to nothing, the others summing to 1.

    They come of drawing back. Evidence without weight need not be worked out for a list.
    """
    weights = np.where(point[:-1] < _TRACE * point[:-1].max(), 0.0, point[:-1])
    return np.append(weights / weights.sum(), point[-1])


def _halves(teachers: int, rounds: int) -> Iterator[NDArray[np.bool_]]:
    """Yield one half of the teachers for each round: every other one, then halves at random."""
    first = np.arange(teachers) % 2 == 0
    yield first
    for number in range(1, rounds):
        yield np.random.default_rng(number).permutation(first)


def _kept(rises: NDArray[np.float64], chance: float) -> float:
    """Return what share of a gain is kept, given what each teacher gained."""
    gained = standard_errors(rises)
    return max(0.0, 1.0 - (chance / gained) ** 2) if gained > 0 else 0.0


class _Search:
    """A search on one validation."""

    def __init__(self, ranking: Ranking, doubt: float) -> None:
        self.race = Race(ranking)
        self._doubt = doubt
        self._damps = bool(ranking.common.any())

    def best_alone(self) -> Point:
        """Return the evidence that reaches most by itself, damped where that is clearly better."""
        singles = [np.append(weights, 0.0) for weights in np.eye(self.race.kinds)]
        best = max(singles, key=self.reached)
        if not self._damps:
            return best
        damped = [np.append(single[:-1], power) for power in _FIRST_POWERS for single in singles]
        return self.race.better(max(damped, key=self.reached), best, self._doubt)

    def reached(self, point: Point) -> float:
        """Return the mean NDCG@10 of a point."""
        return float(self.race.ndcg(point).mean())

    def better_start(self, overall: Point) -> Point:
        """Return the best single evidence where it is clearly better than the point of all.

        The best of many is best by chance as well.
        """
        return self.race.better(self.best_alone(), overall, max(self._doubt, _CLEARLY))

    def climb(self, start: Point) -> Point:
        """Move one number at a time for as long as the top of the lists gets better."""
        point = start
        for factor, shift in _STEPS:
            for _ in range(_PASSES):
                before = point
                for kind in range(self.race.kinds):
                    point = self._best(point, _reweighted(point, kind, factor))
                if self._damps:
                    point = self._best(point, _redamped(point, shift))
                if point is before:
                    break
        return point

    def _best(self, point: Point, trials: Iterator[Point]) -> Point:
        best = point
        for trial in trials:
            best = self.race.better(trial, best, self._doubt)
        return best


def _reweighted(point: Point, kind: int, step: float) -> Iterator[Point]:
    """Yield the point with one weight moved, its weights summing to 1."""
    weights = point[:-1]
    weight = float(weights[kind])
    if weight > 0:
        values: tuple[float, ...] = (weight * step, weight / step, 0.0)
    else:
        values = tuple(float(weights.max()) / step**power for power in _ENTRIES)
    for value in values:
        moved = weights.copy()
        moved[kind] = value
        if moved.max() > 0:
            yield np.append(moved / moved.sum(), point[-1])


def _redamped(point: Point, step: float) -> Iterator[Point]:
    """Yield the point with its power moved."""
    for power in (point[-1] + step, point[-1] - step):
        if _POWERS[0] <= power <= _POWERS[1]:
            yield np.append(point[:-1], power)
