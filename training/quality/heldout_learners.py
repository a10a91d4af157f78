"""Learners held out whole: nothing of them is learned from; a few records are revealed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.training_data import TrainingData
from recommender.errors import NotEnoughData
from recommender.joining import join_ragged, join_states
from recommender.teacher_state import UNDATED_MS, Ragged, TeacherStates
from training.gains import Gains, held_now, pair_numbers
from training.splits import DatedFacts, Split, SplitProtocol

SHARE: Final = 0.2
"""Share of the learners that is held out."""

REVEALED: Final = (1, 3, 5, 10)
"""How many of their records are shown."""


@dataclass(frozen=True)
class LearnersOut:
    """A split by learners, and how it came about."""

    split: Split
    revealed: NDArray[np.int64]
    """How many records of each query are shown; shape (q,)."""
    learned_from: NDArray[np.int64]
    """Row in the snapshot of each learner of `split.train`."""


def hold_out_learners(
    snapshot: DatedFacts,
    among: NDArray[np.int64],
    revealed: Sequence[int],
    seed: int,
    beside: Gains | None = None,
) -> LearnersOut:
    """Hold out a fifth of some learners and reveal so many records of each, once for every number.

    Revealed are the oldest records where they have dates (of one moment: by seed), and any by seed
    where not; a longer revelation holds a shorter one. The query is as of the moment of the last
    one revealed, so nothing later is known of the learner, and of the hidden credentials no record
    and no event. Everything else of them that was taken up is relevant; who has nothing else is not
    asked about at that number. The model learns from all facts of the other learners.

    Raises
    ------
    NotEnoughData
        No held-out learner has more records than revealed.
    """
    order = np.random.default_rng(seed).permutation(len(among))
    held = np.sort(among[order[: max(1, round(SHARE * len(among)))]])
    others = np.setdiff1d(among, held)
    now = snapshot.states()
    gains = held_now(now.take(held), len(snapshot.catalog))
    place = _places(gains, seed)
    counts = np.bincount(gains.owner, minlength=len(held))
    more = _more(beside, held, gains, len(snapshot.catalog))
    blocks = [
        _reveal(snapshot, held, gains, place, number, more)
        for number in revealed
        if (counts > number).any()
    ]
    if not blocks:
        raise NotEnoughData("No held-out learner has more records than would be revealed.")
    queries = join_states([block.states for block in blocks])
    teachers = np.concatenate([held[block.rows] for block in blocks])
    split = Split(
        train=TrainingData(snapshot.catalog, now.take(others), snapshot.as_of),
        queries=queries,
        relevant=join_ragged([block.relevant for block in blocks]),
        teachers=teachers,
        protocol=SplitProtocol.RANDOM,
        note=f"{len(held)} of {len(among)} learners held out whole by seed {seed}.",
    )
    numbers = np.concatenate([np.full(len(block.rows), block.revealed) for block in blocks])
    return LearnersOut(split, numbers, others)


@dataclass(frozen=True)
class _Revealed:
    revealed: int
    rows: NDArray[np.int64]
    """Which of the held-out learners have more than so many."""
    states: TeacherStates
    relevant: Ragged


def _places(gains: Gains, seed: int) -> NDArray[np.int64]:
    """Return the place of each gain among its learner's, by moment, then by seed; from 0."""
    chance = np.random.default_rng(seed + 1).random(len(gains))
    return gains.places(np.lexsort((chance, gains.on, gains.owner)))


def _reveal(
    snapshot: DatedFacts,
    held: NDArray[np.int64],
    gains: Gains,
    place: NDArray[np.int64],
    number: int,
    more: Gains,
) -> _Revealed:
    shown, hidden = gains.keep(place < number), gains.keep(place >= number)
    rows = np.unique(hidden.owner)
    as_of = np.full(len(snapshot.teachers), snapshot.as_of)
    as_of[held] = _moments(shown, hidden, len(held), snapshot.as_of)
    states = snapshot.states(as_of).take(held)
    size = len(snapshot.catalog)

    def of(ragged: Ragged) -> NDArray[np.int64]:
        return pair_numbers(ragged.owner, ragged.rows["credential"], size)

    states = replace(
        states,
        records=states.records.keep(np.isin(of(states.records), shown.pairs(size))),
        events=states.events.keep(~np.isin(of(states.events), hidden.pairs(size))),
    ).take(rows)
    owner = np.concatenate([hidden.owner, more.owner])
    credential = np.concatenate([hidden.credential, more.credential])
    relevant = Ragged.group(owner, credential, len(held)).take(rows)
    return _Revealed(number, rows, states, relevant)


def _more(beside: Gains | None, held: NDArray[np.int64], gains: Gains, credentials: int) -> Gains:
    """Return what is known beside the records of those held out, by their place among them."""
    if beside is None:
        return gains.keep(np.zeros(len(gains), dtype=bool))
    ours = beside.keep(np.isin(beside.owner, held))
    ours = replace(ours, owner=np.searchsorted(held, ours.owner))
    return ours.keep(~np.isin(ours.pairs(credentials), gains.pairs(credentials)))


def _moments(shown: Gains, hidden: Gains, learners: int, latest: int) -> NDArray[np.int64]:
    """Return as of when each learner is asked about, in ms."""
    moments = np.full(learners, UNDATED_MS)
    np.maximum.at(moments, shown.owner, shown.on)
    before = np.full(learners, latest)
    np.minimum.at(before, hidden.owner[hidden.dated], hidden.on[hidden.dated] - 1)
    return np.where(moments == UNDATED_MS, before, moments)
