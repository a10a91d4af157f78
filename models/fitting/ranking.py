"""A validation of top lists, small enough to be asked thousands of times with other weights.

Of every teacher only the credentials are kept that could come to the top: the best of each
evidence; what was held out and is not among them is not found. Credentials in the history are left
out. Ties count against:
a held-out credential comes after all others of the same score, so that evidence gains nothing by
not telling credentials apart, and the result does not depend on the order of the catalog.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.fitting.largest import kth_largest
from recommender.teacher_state import Ragged, TeacherStates

ScoreBlock = Callable[[TeacherStates], Sequence[NDArray[np.float32]]]
"""Scores of n teachers by each of J kinds of evidence, J times float32[n, m]."""

DEPTH: Final = 10
"""Length of the list that counts."""

_BLOCK: Final = 256


@dataclass(frozen=True)
class Ranking:
    """n teachers with u candidates each (fewer are padded) and what was held out of them."""

    values: NDArray[np.float32]
    """float32[J, n, u]; 0 where padded."""
    valid: NDArray[np.bool_]
    """bool[n, u]: false where padded."""
    owner: NDArray[np.int64]
    """Teacher of each of the q held-out credentials among the candidates, ascending; shape (q,)."""
    place: NDArray[np.int64]
    """Its place among the candidates; shape (q,)."""
    held_out: NDArray[np.int64]
    """How many were held out of each teacher, candidates or not; shape (n,)."""
    segments: NDArray[np.int8]
    """Code of each teacher's `Segment`; shape (n,)."""
    common: NDArray[np.float32]
    """float32[n, u]: log of how common each candidate is; 0 where that does not matter."""

    def __len__(self) -> int:
        return len(self.valid)

    def ndcg(self, weights: NDArray[np.float64], power: float = 0.0) -> NDArray[np.float64]:
        """Return NDCG@10 of every teacher for the weights of J kinds of evidence, float64[n].

        DCG sums 1 / log2(rank + 1) over the held-out credentials among the first ten (rank from 1);
        it is divided by what the best possible list would have.

        Parameters
        ----------
        power
            Scores are divided by how common a candidate is, to this power.
        """
        scores = self.scores(weights, power)
        scores[self._padding] = -np.inf
        owner, place = self.owner, self.place
        if scores.shape[1] > DEPTH and len(owner) > len(self):
            # of many that are held out most cannot come to the top: they are not counted past
            last = np.partition(scores, -DEPTH, axis=1)[:, -DEPTH]
            hopeful = scores[owner, place] >= last[owner]
            owner, place = owner[hopeful], place[hopeful]
        own = scores[owner, place]
        ranks = np.count_nonzero(scores[owner] >= own[:, None], axis=1) - 1
        if (owner[1:] == owner[:-1]).any():
            ranks -= _equals_after(owner, own)
        gains = np.where(ranks < DEPTH, 1 / np.log2(ranks + 2.0), 0.0)
        return np.bincount(owner, gains, minlength=len(self)) * self._per_ideal

    @cached_property
    def _padding(self) -> NDArray[np.bool_]:
        return ~self.valid

    @cached_property
    def _per_ideal(self) -> NDArray[np.float64]:
        """1 / DCG of the best possible list of each teacher, 0 where nothing was held out."""
        discounts = 1 / np.log2(np.arange(DEPTH) + 2.0)
        per_ideal = np.concatenate([[0.0], 1 / np.cumsum(discounts)])
        found: NDArray[np.float64] = per_ideal[np.minimum(self.held_out, DEPTH)]
        return found

    def scores(self, weights: NDArray[np.float64], power: float = 0.0) -> NDArray[np.float32]:
        """Return the damped weighted sum for all candidates, float32[n, u]."""
        scores = np.zeros(self.valid.shape, dtype=np.float32)
        for kind in np.flatnonzero(weights):
            scores += np.float32(weights[kind]) * self.values[kind]
        return scores * np.exp(np.float32(-power) * self.common) if power else scores

    def take(self, teachers: NDArray[np.bool_]) -> "Ranking":
        """Return the teachers where the mask of shape (n,) is true."""
        kept = teachers[self.owner]
        number = np.cumsum(teachers) - 1
        return Ranking(
            values=self.values[:, teachers],
            valid=self.valid[teachers],
            owner=number[self.owner[kept]],
            place=self.place[kept],
            held_out=self.held_out[teachers],
            segments=self.segments[teachers],
            common=self.common[teachers],
        )

    def of_kinds(self, kinds: NDArray[np.bool_]) -> "Ranking":
        """Return only the kinds of evidence where the mask of shape (J,) is true."""
        return replace(self, values=self.values[kinds])

    @property
    def speaking(self) -> NDArray[np.bool_]:
        """Which evidence tells candidates apart for anybody; bool[J]."""
        low = np.where(self.valid, self.values, np.inf).min(axis=2, initial=np.inf)
        high = np.where(self.valid, self.values, -np.inf).max(axis=2, initial=-np.inf)
        return np.asarray((high > low).any(axis=1))


def _equals_after(owner: NDArray[np.int64], scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return how many later rows have the same owner and score; shape (q,)."""
    order = np.lexsort((scores, owner))
    starts = np.ones(len(order), dtype=bool)
    starts[1:] = (np.diff(owner[order]) != 0) | (np.diff(scores[order]) != 0)
    group = np.cumsum(starts) - 1
    ends = np.append(np.flatnonzero(starts)[1:], len(order))
    after = np.empty(len(order), dtype=np.int64)
    after[order] = ends[group] - np.arange(len(order)) - 1 if len(order) else 0
    return after


def held_out_columns(relevant: Ragged) -> Ragged:
    """Return held-out credentials as columns, whether they came as columns or as records."""
    if relevant.rows.dtype.names is None:
        return relevant
    return Ragged(relevant.start, relevant.rows["credential"].astype(np.int64))


def build_ranking(
    score: ScoreBlock,
    states: TeacherStates,
    relevant: Ragged,
    candidates: int,
    common: NDArray[np.float32] | None = None,
) -> Ranking:
    """Score n teachers block by block and keep what could come to the top.

    Parameters
    ----------
    score
        All evidence at once.
    states
        The teachers, without what was held out.
    relevant
        Held-out credentials of each, columns (int) or rows with a field `credential`.
    candidates
        How many of the best of each evidence are kept for each teacher.
    common
        float32[m]: log of how common each credential is.
    """
    relevant = held_out_columns(relevant)
    blocks = []
    for first in range(0, len(states), _BLOCK):
        teachers = np.arange(first, min(first + _BLOCK, len(states)))
        blocks.append(_block(score, states.take(teachers), relevant.take(teachers), candidates))
    return _joined(blocks, states.segments, common)


@dataclass(frozen=True)
class _Block:
    values: NDArray[np.float32]
    valid: NDArray[np.bool_]
    columns: NDArray[np.int64]
    owner: NDArray[np.int64]
    place: NDArray[np.int64]
    held_out: NDArray[np.int64]


def _block(score: ScoreBlock, states: TeacherStates, relevant: Ragged, candidates: int) -> _Block:
    values = score(states)
    history = np.zeros(values[0].shape, dtype=bool)
    history[states.history.owner, states.history.rows["credential"]] = True
    hidden = np.zeros_like(history)
    hidden[relevant.owner, relevant.rows] = True
    hidden &= ~history
    chosen = _best(values, history, candidates) & ~history
    counts = chosen.sum(axis=1)
    valid = np.arange(counts.max(initial=0)) < counts[:, None]
    columns = np.zeros(valid.shape, dtype=np.int64)
    columns[valid] = np.nonzero(chosen)[1]
    owner, place = np.nonzero(np.take_along_axis(hidden, columns, axis=1) & valid)
    kept = [np.where(valid, np.take_along_axis(value, columns, axis=1), 0.0) for value in values]
    return _Block(
        values=np.stack(kept).astype(np.float32),
        valid=valid,
        columns=columns,
        owner=owner.astype(np.int64),
        place=place.astype(np.int64),
        held_out=hidden.sum(axis=1),
    )


def _best(
    values: Sequence[NDArray[np.float32]], history: NDArray[np.bool_], candidates: int
) -> NDArray[np.bool_]:
    """Return the best candidates of each evidence outside the history, bool[n, m].

    Of many with one score at the border none is taken: ties count against what was held out, so
    none of them could come to the top by this evidence.
    """
    size = history.shape[1]
    if size <= candidates:
        return np.ones_like(history)
    best = np.zeros_like(history)
    for value in values:
        if (value == value[:, :1]).all():
            continue
        masked = value.copy()
        masked[history] = -np.inf
        border = kth_largest(masked, candidates)[:, None]
        top = masked >= border
        tied = top.sum(axis=1) > 2 * candidates
        top[tied] = masked[tied] > border[tied]
        best |= top
    return best


def _joined(
    blocks: Sequence[_Block], segments: NDArray[np.int8], common: NDArray[np.float32] | None
) -> Ranking:
    first = np.cumsum([0, *(len(block.valid) for block in blocks)])
    valid = _stacked([block.valid for block in blocks])
    columns = _stacked([block.columns for block in blocks])
    return Ranking(
        values=_stacked([block.values for block in blocks]),
        valid=valid,
        owner=np.concatenate([b.owner + f for b, f in zip(blocks, first, strict=False)]),
        place=np.concatenate([block.place for block in blocks]),
        held_out=np.concatenate([block.held_out for block in blocks]),
        segments=segments,
        common=np.zeros(valid.shape, np.float32) if common is None else common[columns],
    )


def join(rankings: Sequence[Ranking]) -> Ranking:
    """Return the teachers of some rankings by the same kinds of evidence as one."""
    first = np.cumsum([0, *(len(one) for one in rankings)])
    return Ranking(
        values=_stacked([one.values for one in rankings]),
        valid=_stacked([one.valid for one in rankings]),
        owner=np.concatenate([one.owner + f for one, f in zip(rankings, first, strict=False)]),
        place=np.concatenate([one.place for one in rankings]),
        held_out=np.concatenate([one.held_out for one in rankings]),
        segments=np.concatenate([one.segments for one in rankings]),
        common=_stacked([one.common for one in rankings]),
    )


def _stacked(rows: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return rows of teachers, the last axis of which is their candidates, one under the other."""
    width = max(block.shape[-1] for block in rows)
    sides = [(0, 0)] * (rows[0].ndim - 1)
    return np.concatenate(
        [np.pad(block, (*sides, (0, width - block.shape[-1]))) for block in rows], axis=-2
    )
