"""Validation for short histories where hardly anybody has one.

Where everybody has long histories the blend would learn nothing of those who have just begun, and
they are whom it is asked about first. So a few learners are held out whole, and of each only the
oldest records are shown: nothing is learned from what they did later.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.joining import join_ragged, join_states
from recommender.teacher_state import UNDATED_MS, Ragged, TeacherStates
from recommender.vocabulary import SEGMENT_STARTS
from training.gains import Gains, held_now, without_gains
from training.splits import Split

WANTED: Final = 400
"""With fewer learners of a segment the others are asked as if they had just begun."""

SHARE: Final = 0.1
"""At most this share of the learners with long histories is held out whole."""

_LENGTHS: Final = tuple((first, after - 1) for first, after in pairwise(SEGMENT_STARTS))
"""Shortest and longest history of the segments that are filled up."""


def with_short_histories(split: Split, seed: int) -> Split:
    """Return the split with queries of short histories added where it has few.

    Parameters
    ----------
    split
        Of time or of records; its train part holds every learner.
    seed
        Chooses the learners, the lengths, and the order of undated records.
    """
    rng = np.random.default_rng(seed)
    lengths = split.queries.history.counts
    missing = [
        (shortest, longest, WANTED - int(((lengths >= shortest) & (lengths <= longest)).sum()))
        for shortest, longest in _LENGTHS
    ]
    missing = [one for one in missing if one[2] > 0]
    most = max((longest for _, longest, _ in missing), default=0)
    held = _chosen(split.train.states, most, max((few for *_, few in missing), default=0), rng)
    if not len(held):
        return split
    states = split.train.states.take(held)
    credentials = len(split.train.catalog)
    blocks = [
        _block(states, rng.permutation(len(held))[:few], shortest, longest, rng, credentials)
        for shortest, longest, few in missing
    ]
    return _joined(split, held, blocks)


def _chosen(
    states: TeacherStates, most: int, wanted: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return rows of learners with more than `most` credentials, few enough to be done without.

    Where few have long histories, most of these must stay: nobody else tells what long histories
    are worth, and what the others did years ago is not asked about today.
    """
    enough = np.flatnonzero(states.history.counts > most)
    number = min(wanted, int(SHARE * len(enough)))
    return np.sort(rng.choice(enough, number, replace=False)).astype(np.int64)


@dataclass(frozen=True)
class _Block:
    rows: NDArray[np.int64]
    """Which of the learners held out whole."""
    queries: TeacherStates
    relevant: Ragged


def _block(
    states: TeacherStates,
    rows: NDArray[np.int64],
    shortest: int,
    longest: int,
    rng: np.random.Generator,
    credentials: int,
) -> _Block:
    """Show between `shortest` and `longest` of the oldest credentials of each learner."""
    states = states.take(rows)
    gains = held_now(states, credentials)
    place = gains.places(np.lexsort((rng.random(len(gains)), gains.on, gains.owner)))
    lengths = rng.integers(shortest, longest, len(states), endpoint=True)
    shown = place < lengths[gains.owner]
    hidden = gains.keep(~shown)
    queries = _as_of(without_gains(states, hidden, credentials), gains.keep(shown))
    relevant = Ragged.group(hidden.owner, hidden.credential, len(states))
    kept = np.flatnonzero((relevant.counts > 0) & (queries.history.counts > 0))
    return _Block(rows[kept], queries.take(kept), relevant.take(kept))


def _as_of(states: TeacherStates, shown: Gains) -> TeacherStates:
    """Return the states as of the moment of the newest credential shown, where it has a date."""
    moments = np.full(len(states), UNDATED_MS)
    np.maximum.at(moments, shown.owner, shown.on)
    as_of = np.where(moments == UNDATED_MS, states.as_of, moments)

    def until(ragged: Ragged) -> Ragged:
        return ragged.keep(ragged.rows["on"] <= as_of[ragged.owner])

    return replace(
        states,
        as_of=as_of,
        records=until(states.records),
        ratings=until(states.ratings),
        assessments=until(states.assessments),
        goals=until(states.goals),
        events=until(states.events),
    )


def _joined(split: Split, held: NDArray[np.int64], blocks: list[_Block]) -> Split:
    """Return the split without the learners held out whole, and with their short histories."""
    everybody = np.arange(len(split.train.states))
    others = np.setdiff1d(everybody, held)
    natural = np.flatnonzero(~np.isin(split.teachers, held))
    relevant = [split.relevant.take(natural), *(block.relevant for block in blocks)]
    return replace(
        split,
        train=replace(split.train, states=split.train.states.take(others)),
        queries=join_states([split.queries.take(natural), *(block.queries for block in blocks)]),
        relevant=join_ragged(relevant),
        teachers=np.concatenate([split.teachers[natural], *(held[block.rows] for block in blocks)]),
        note=f"{split.note} {len(held)} learners were held out whole, to be asked about as if they "
        "had just begun.",
    )
