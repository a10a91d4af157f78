"""How much each part of `colleagues` counts, by length of history."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.colleagues import Colleagues
from models.evidence import Evidence
from models.fitting.options import TrainingOptions
from models.fitting.weights import BlendConfig, learn_weights
from recommender.teacher_state import Ragged, TeacherStates


def learn_parts(
    evidence: Sequence[Evidence],
    states: TeacherStates,
    relevant: Ragged,
    config: BlendConfig,
    options: TrainingOptions,
) -> tuple[Evidence, ...]:
    """Return the evidence with the weights of the parts of `colleagues` learned by segment.

    Parameters are those of `models.fitting.blend.fit_blend`; run this before it, on the same
    validation. `carry_parts` takes the weights over to evidence that is fitted again on everything.
    """

    def learned(one: Evidence) -> Evidence:
        if not isinstance(one, Colleagues) or not len(one.parts):
            return one

        def score(block: TeacherStates) -> list[NDArray[np.float32]]:
            return list(one.score_parts(block).values())

        found = learn_weights(score, len(one.parts), states, relevant, config, options)
        if not found.judged.any():
            return one
        return replace(one, part_weights=found.weights.astype(np.float32))

    return tuple(learned(one) for one in evidence)


def carry_parts(learned: Sequence[Evidence], to: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the evidence of `to` with the part weights that `learn_parts` gave to `learned`."""
    weights = [one.part_weights for one in learned if isinstance(one, Colleagues)]
    return tuple(
        replace(one, part_weights=weights[0]) if isinstance(one, Colleagues) and weights else one
        for one in to
    )
