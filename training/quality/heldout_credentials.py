"""Credentials held out whole: nobody has earned them as far as the model knows."""

from dataclasses import replace
from typing import Final

import numpy as np

from features.training_data import TrainingData
from recommender.errors import NotEnoughData
from recommender.teacher_state import Ragged
from training.gains import Gains, gains_of, new_at
from training.splits import Split, SplitProtocol, without

SHARE: Final = 0.2
"""Share of the credentials that is held out."""


def hold_out_credentials(data: TrainingData, seed: int) -> Split:
    """Take every record and event of a fifth of the credentials out, and ask who took them up.

    Held out are a fifth of those that anybody has taken up. They stay in the catalog with all that
    is known of their content.

    Raises
    ------
    NotEnoughData
        Nobody has taken up two credentials.
    """
    size = len(data.catalog)
    gains = gains_of(data.states)
    gains = gains.keep(~new_at(gains, data.states, size))
    taken_up = np.unique(gains.credential)
    if len(taken_up) < 1 / SHARE:
        raise NotEnoughData("Too few micro-credentials were taken up to hold a fifth of them out.")
    count = round(SHARE * len(taken_up))
    cold = np.sort(np.random.default_rng(seed).choice(taken_up, count, replace=False))

    def others(ragged: Ragged) -> Ragged:
        return ragged.keep(~np.isin(ragged.rows["credential"], cold))

    states = replace(
        data.states, records=others(data.states.records), events=others(data.states.events)
    )
    held: Gains = gains.keep(np.isin(gains.credential, cold))
    note = f"{count} of {len(taken_up)} micro-credentials held out whole by seed {seed}."
    return without(replace(data, states=states), held, SplitProtocol.RANDOM, note)
