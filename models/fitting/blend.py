"""Fitting of the blend: weights by segment, learned on held-out next completions."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.blend import Blend
from models.evidence import Evidence
from models.fitting.options import TrainingOptions
from models.fitting.weights import BlendConfig, LearnedWeights, learn_weights
from recommender.teacher_state import Ragged, TeacherStates
from recommender.vocabulary import EvidenceName

__all__ = ["BlendConfig", "fit_blend"]


def fit_blend(
    evidence: Sequence[Evidence],
    states: TeacherStates,
    relevant: Ragged,
    config: BlendConfig,
    options: TrainingOptions,
) -> Blend:
    """Learn how much each evidence counts in every segment.

    Parameters
    ----------
    evidence
        Fitted without what was held out.
    states
        Teachers, without what was held out of them; the validation should look like what the
        blend is for (same lengths of history, same share held out).
    relevant
        Held-out credentials of each teacher: columns (int), or rows with a field `credential`.
    """

    def score(block: TeacherStates) -> list[NDArray[np.float32]]:
        return [one.score(block) for one in evidence]

    names = tuple(one.name for one in evidence)
    learned = learn_weights(score, len(names), states, relevant, config, options)
    return Blend(names, _completed(learned, names, config.unseen).astype(np.float32))


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
