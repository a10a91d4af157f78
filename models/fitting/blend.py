"""Fitting of the blend: weights by segment, learned on held-out next completions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.blend import Blend
from models.colleagues import Colleagues
from models.evidence import Evidence
from models.fitting.options import TrainingOptions
from models.fitting.ranking import Ranking, build_ranking, join
from models.fitting.weights import BlendConfig, LearnedWeights, learn_weights
from recommender.teacher_state import Ragged, TeacherStates
from recommender.vocabulary import EvidenceName, Segment

__all__ = [
    "BlendConfig",
    "LearnedBlend",
    "Window",
    "carry_parts",
    "equal_blend",
    "fit_blend",
    "reweigh",
]


_ROUNDS: Final = 3
"""Rounds of the last search, which no other waits for."""


@dataclass(frozen=True)
class LearnedBlend:
    """What a validation taught."""

    blend: Blend
    evidence: tuple[Evidence, ...]
    """That which was given, with the weights of the parts of `colleagues` learned."""


@dataclass(frozen=True)
class Window:
    """Teachers at a moment, evidence fitted on what was before it, and what they took up next."""

    evidence: tuple[Evidence, ...]
    """With the weights of the parts of `colleagues`; the same kinds in every window."""
    states: TeacherStates
    relevant: Ragged
    """As for `fit_blend`."""


def fit_blend(
    evidence: Sequence[Evidence],
    states: TeacherStates,
    relevant: Ragged,
    config: BlendConfig,
    options: TrainingOptions,
) -> LearnedBlend:
    """Learn how much each part of `colleagues`, and then each evidence, counts in every segment.

    `carry_parts` takes what is learned of the parts over to evidence that is fitted again on
    everything.

    Parameters
    ----------
    evidence
        Fitted without what was held out.
    states
        Teachers, without what was held out of them; the validation should look like what the
        blend is for (same lengths of history, same share held out).
    relevant
        Held-out credentials of each teacher: columns (int), or rows with a field `credential`;
        those without any are passed over.
    """
    names = tuple(one.name for one in evidence)
    chosen = _chosen(relevant, config, options)
    if not len(chosen):
        return LearnedBlend(equal_blend(names), tuple(evidence))
    plain = [_undamped(one) for one in evidence]
    ranking = _ranked(plain, states.take(chosen), relevant.take(chosen), config.candidates)
    learned, values, first = [], [], 0
    for one in plain:
        own = ranking.values[first : first + _width(one)]
        first += len(own)
        weighted, value = _weighted(one, replace(ranking, values=own), config)
        learned.append(weighted)
        values.append(value)
    undamped = np.zeros_like(ranking.common)
    weighed = replace(ranking, values=np.stack(values), common=undamped)
    return LearnedBlend(_blended(weighed, names, config), tuple(learned))


def reweigh(windows: Sequence[Window], config: BlendConfig, options: TrainingOptions) -> Blend:
    """Learn the weights of the evidence, whose parts are weighted, on several windows together.

    What one window teaches rests on few teachers; more of them hold the weights steadier, and so do
    more rounds.
    """
    steady = replace(config, rounds=_ROUNDS)
    names = tuple(one.name for one in windows[0].evidence)
    rankings = [
        build_ranking(
            partial(_scores, window.evidence),
            window.states.take(chosen),
            window.relevant.take(chosen),
            config.candidates,
        )
        for window in windows
        if len(chosen := _chosen(window.relevant, config, options))
    ]
    return _blended(join(rankings), names, steady) if rankings else equal_blend(names)


def _scores(evidence: Sequence[Evidence], states: TeacherStates) -> list[NDArray[np.float32]]:
    return [one.score(states) for one in evidence]


def equal_blend(names: tuple[EvidenceName, ...]) -> Blend:
    """Return the blend where nothing tells which evidence is better."""
    weights = np.full((len(Segment), len(names)), 1 / max(len(names), 1), dtype=np.float32)
    return Blend(names, weights)


def _chosen(relevant: Ragged, config: BlendConfig, options: TrainingOptions) -> NDArray[np.int64]:
    """Return the teachers of whom something was held out, at most `sample` of them."""
    chosen = np.flatnonzero(relevant.counts > 0)
    if len(chosen) > config.sample:
        chosen = np.sort(options.rng().choice(chosen, config.sample, replace=False))
    return chosen


def _blended(ranking: Ranking, names: tuple[EvidenceName, ...], config: BlendConfig) -> Blend:
    learned = learn_weights(ranking, config)
    return Blend(names, _completed(learned, names, config.unseen).astype(np.float32))


def carry_parts(learned: Sequence[Evidence], to: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the evidence of `to` with what `fit_blend` learned of the parts of `learned`."""
    parts = [one for one in learned if isinstance(one, Colleagues)]
    return tuple(
        _carried(parts[0], one) if isinstance(one, Colleagues) and parts else one for one in to
    )


def _carried(learned: Colleagues, to: Colleagues) -> Colleagues:
    """Return the second with what was learned of the first's parts; what it lacks was idle."""
    columns = zip(learned.parts, learned.part_weights.T, strict=True)
    weights = {part.name: column for part, column in columns}
    part_weights = np.zeros_like(to.part_weights)
    for place, part in enumerate(to.parts):
        part_weights[:, place] = weights.get(part.name, 0.0)
    return replace(to, part_weights=part_weights, damping=learned.damping)


def _undamped(one: Evidence) -> Evidence:
    return replace(one, damping=np.zeros_like(one.damping)) if isinstance(one, Colleagues) else one


def _width(one: Evidence) -> int:
    """Return how many kinds an evidence is to the ranking."""
    return len(one.parts) if isinstance(one, Colleagues) and len(one.parts) else 1


def _ranked(
    evidence: Sequence[Evidence], states: TeacherStates, relevant: Ragged, candidates: int
) -> Ranking:
    """Return the top lists of all evidence, of the parts of `colleagues` one by one."""

    def score(block: TeacherStates) -> list[NDArray[np.float32]]:
        scores: list[NDArray[np.float32]] = []
        for one in evidence:
            if isinstance(one, Colleagues) and len(one.parts):
                scores.extend(one.score_parts(block).values())
            else:
                scores.append(one.score(block))
        return scores

    common = [one.commonness for one in evidence if isinstance(one, Colleagues)]
    return build_ranking(score, states, relevant, candidates, common[0] if common else None)


def _weighted(
    one: Evidence, ranking: Ranking, config: BlendConfig
) -> tuple[Evidence, NDArray[np.float32]]:
    """Return an evidence with its parts weighted, and what it then scores the candidates."""
    if not isinstance(one, Colleagues) or not len(one.parts):
        return one, ranking.values[0]
    found = learn_weights(ranking, config)
    scores = np.empty(ranking.valid.shape, dtype=np.float32)
    for code in range(len(Segment)):
        own = ranking.segments == code
        scores[own] = ranking.take(own).scores(found.weights[code], float(found.powers[code]))
    weighted = replace(
        one,
        part_weights=found.weights.astype(np.float32),
        damping=found.powers.astype(np.float32),
    )
    return weighted, scores


def _completed(
    learned: LearnedWeights, names: tuple[EvidenceName, ...], unseen: float
) -> NDArray[np.float64]:
    """Give weight to what the validation could not judge, float64[4, J].

    Evidence of which nobody had facts (no goals were set last year) has a small weight, so that the
    first facts of that kind count. So has popularity in a segment that had no teachers: it is all
    there is to say of somebody new.
    """
    weights = learned.weights.copy()
    floor = unseen * weights.max(axis=1, keepdims=True)
    silent = np.broadcast_to(~learned.speaking, weights.shape).copy()
    popular = np.array([name is EvidenceName.POPULAR for name in names], dtype=bool)
    silent |= (learned.judged == 0)[:, None] & popular
    return np.where(silent, np.maximum(weights, floor), weights)
