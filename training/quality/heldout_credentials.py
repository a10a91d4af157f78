"""Credentials held out whole: nobody has earned them as far as the model knows."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.training_data import TrainingData
from recommender.errors import NotEnoughData
from recommender.teacher_state import Ragged
from training.gains import Gains, held_now
from training.splits import Split, SplitProtocol, without

SHARE: Final = 0.2
"""Share of the credentials that is held out."""

REST: Final = 0.1
"""Share of all other records that is held out too, to tell what a chance for the new ones costs."""


@dataclass(frozen=True)
class CredentialsOut:
    """A split by credentials."""

    split: Split
    """Who took the new ones up; nothing else is relevant."""
    rest: Ragged
    """What else was held out of each query: columns (int32) of credentials that are not new."""


def hold_out_credentials(data: TrainingData, seed: int) -> CredentialsOut:
    """Take every record and event of a fifth of the credentials out, and ask who took them up.

    Held out are a fifth of those that anybody has taken up. They stay in the catalog with all that
    is known of their content, as if they had been listed today. Of everything else a tenth of the
    records is held out as well.

    Raises
    ------
    NotEnoughData
        Too few credentials were taken up.
    """
    size = len(data.catalog)
    gains = held_now(data.states, size)
    taken_up = np.unique(gains.credential)
    if len(taken_up) < 1 / SHARE:
        raise NotEnoughData("Too few micro-credentials were taken up to hold a fifth of them out.")
    rng = np.random.default_rng(seed)
    count = round(SHARE * len(taken_up))
    cold = np.sort(rng.choice(taken_up, count, replace=False))
    inside = np.isin(gains.credential, cold)
    rest = gains.keep(~inside & (rng.random(len(gains)) < REST))
    listed = data.catalog.valid_from.copy()
    listed[cold] = data.as_of
    told = _without_all(replace(data, catalog=replace(data.catalog, valid_from=listed)), cold, rest)
    note = (
        f"{count} of {len(taken_up)} micro-credentials held out whole by seed {seed}, as if they "
        f"had been listed today; {len(rest)} records of others are held out beside."
    )
    split = without(told, gains.keep(inside), SplitProtocol.RANDOM, note)
    return CredentialsOut(split, _of_queries(rest, split.teachers))


def _without_all(data: TrainingData, cold: NDArray[np.int32], rest: Gains) -> TrainingData:
    """Return the data without any record or event of the new ones, and without the rest."""

    def others(ragged: Ragged) -> Ragged:
        return ragged.keep(~np.isin(ragged.rows["credential"], cold))

    states = data.states
    states = replace(states, records=others(states.records), events=others(states.events))
    return without(replace(data, states=states), rest, SplitProtocol.RANDOM, "").train


def _of_queries(rest: Gains, teachers: NDArray[np.int64]) -> Ragged:
    """Return the credentials of some learners, by their place among them."""
    own = rest.keep(np.isin(rest.owner, teachers))
    return Ragged.group(np.searchsorted(teachers, own.owner), own.credential, len(teachers))
