"""Fitting of `succession`: counting what came soon after what, and what is held together."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array

from features.training_data import TrainingData
from models.colleagues.history import history_rows
from models.fitting.largest import columns_of_largest
from models.fitting.newcomers import newcomers_of
from models.fitting.options import TrainingOptions
from models.fitting.scale import spread_of
from models.fitting.stack_steps import learn_leak
from models.recency import DAY_MS
from models.stack_steps import StackSteps
from models.succession import Succession, SuccessionConfig, starts_of_moments
from recommender.teacher_state import UNDATED_MS, Ragged

Floats = NDArray[np.float64]
Block = NDArray[np.float32]

_REACH: Final = 20
"""Transitions are looked for among so many records after each."""

_BLOCK_NUMBERS: Final = 1_000_000
"""Numbers of one block of chances (4 MB): it stays in the processor's cache."""

_FILLED: Final = 0.1
"""From this share of rows met on, a dense product is quicker than a sparse one."""


def fit_succession(
    data: TrainingData, config: SuccessionConfig, options: TrainingOptions
) -> Succession:
    """Learn the likeliest successors of every credential."""
    size = len(data.catalog)
    rows, _ = history_rows(data.states, config.confidence)
    held = np.bincount(rows.rows["credential"], minlength=size).astype(np.float64)
    popularity = held / max(held.sum(), 1.0)
    successors, excess, backing = _learned(rows, held, popularity, config)
    steps = StackSteps.of(data.catalog)
    unscaled = Succession(
        successors=successors,
        excess=excess,
        backing=backing,
        popularity=popularity.astype(np.float32),
        steps=steps,
        leak=learn_leak(steps, data.states),
        scale=1.0,
        config=config,
        placing=newcomers_of(data, options),
    )
    scale = spread_of(unscaled.score, data.states, data.states.history.counts > 0, options)
    return replace(unscaled, scale=scale)


def _learned(
    rows: Ragged,
    held: Floats,
    popularity: Floats,
    config: SuccessionConfig,
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]]:
    """Return successors, their excess and the backing of every credential."""
    size = len(held)
    common = np.flatnonzero(held >= config.fewest)
    kept = min(config.successors, len(common))
    successors = np.zeros((size, kept), dtype=np.int32)
    excess = np.zeros((size, kept), dtype=np.float32)
    backing = np.ones(size, dtype=np.float32)
    for block, chances in _chances(rows, held, popularity, common, config):
        most = columns_of_largest(chances, kept)
        own = np.take_along_axis(chances, most, axis=1).astype(np.float64)
        most = common[most]
        usual = popularity[most]
        # what the kept successors leave over is spread over the others as popularity is
        left = np.maximum(1.0 - own.sum(axis=1), 0.0) / np.maximum(1.0 - usual.sum(axis=1), 1e-9)
        backing[block] = left if kept < size else 0.0
        successors[block] = most
        excess[block] = own - backing[block][:, None] * usual
    return successors, excess, backing


def _chances(
    rows: Ragged,
    held: Floats,
    popularity: Floats,
    common: NDArray[np.int64],
    config: SuccessionConfig,
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Yield P(c | h) of blocks of common credentials h for all that are common.

    P(c | h) = (T[h, c] + a P2(c | h)) / (sum of T[h, .] + a),
    P2(c | h) = (n_h C[h, c] / sum of C[h, .] + b popularity[c]) / (n_h + b)

    with T the transitions, C what is held together, n_h how many hold h, and a and b the priors.
    """
    size = len(held)
    transitions = count_transitions(rows, size, config)[:, common].tocsr()
    matrix, weighted = _together(rows, size, common, config)
    step = max(1, _BLOCK_NUMBERS // max(len(common), 1))
    usual = (config.together_prior * popularity[common]).astype(np.float32)
    for first in range(0, len(common), step):
        block = common[first : first + step]
        together = _product(matrix[first : first + step], weighted)
        own = np.arange(len(block))
        together[own, first + own] = 0.0
        total = together.sum(axis=1)
        soon = transitions[block]
        # nobody holds anything beside it: all is left to popularity
        count = np.where(total > 0, held[block], 0.0)
        prior = config.transitions_prior / (count + config.together_prior)
        after = np.asarray(soon.sum(axis=1), dtype=np.float64).ravel()
        followed = np.asarray(config.transitions_prior + after, dtype=np.float64)
        together *= (prior * count / np.where(total > 0, total, 1.0) / followed)[:, None]
        together += (prior / followed)[:, None].astype(np.float32) * usual
        _add(together, soon, np.reciprocal(followed))
        yield block, together


def _add(dense: NDArray[np.float32], sparse: csr_matrix, factors: Floats) -> None:
    """Add a sparse matrix to a dense one, each row times a factor."""
    owner = np.repeat(np.arange(len(factors)), np.diff(sparse.indptr))
    dense[owner, sparse.indices] += (sparse.data * factors[owner]).astype(np.float32)


def _together(
    rows: Ragged, size: int, common: NDArray[np.int64], config: SuccessionConfig
) -> tuple[csr_matrix, csr_matrix | Block]:
    """Return by whom each common credential is held, and what each of them holds, weighted.

    The second is dense where that makes their product quicker.
    """
    ones = np.ones(len(rows.rows), dtype=np.float32)
    whole = csr_matrix((ones, rows.rows["credential"], rows.start), shape=(len(rows), size))
    held = whole[:, common]
    others = np.maximum(rows.counts - 1, 1).astype(np.float32)
    weighted = csr_matrix(diags_array(others**-config.length_power) @ held)
    counts = np.diff(held.indptr).astype(np.float64)
    # how long the history is that a record meets, over all that it could meet
    filled = (counts**2).sum() / max(counts.sum() * len(common), 1.0)
    return held.T.tocsr(), weighted.toarray() if filled > _FILLED else weighted


def _product(holders: csr_matrix, weighted: csr_matrix | Block) -> Block:
    product = holders @ weighted
    return product if isinstance(product, np.ndarray) else np.asarray(product.toarray())


def count_transitions(rows: Ragged, size: int, config: SuccessionConfig) -> csr_matrix:
    """Return how often each credential came soon after each other, m x m.

    Every dated record hands on one whole, shared out among the records of the same teacher that
    came up to `window` moments later, those l moments and d days later in proportion to
    gap_decay ** (l - 1) * 0.5 ** (d / gap_half_life_days). Records of one moment are no order:
    each counts half among those that came after the other. At most `_REACH` places are looked at.
    """
    moments = np.cumsum(starts_of_moments(rows)) - 1
    pairs = [_pairs(rows, moments, places, config) for places in range(1, _REACH + 1)]
    before, after, weights = (np.concatenate(column) for column in zip(*pairs, strict=True))
    handed_on = np.bincount(before, weights, minlength=len(moments))
    shares = weights / handed_on[before]
    credential = rows.rows["credential"]
    shape = (size, size)
    return csr_matrix((shares, (credential[before], credential[after])), shape=shape)


def _pairs(
    rows: Ragged, moments: NDArray[np.int64], places: int, config: SuccessionConfig
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Return rows that are so many places apart, which comes after which, and their weights."""
    owner, on = rows.owner, rows.rows["on"]
    first = np.flatnonzero((owner[:-places] == owner[places:]) & (on[:-places] != UNDATED_MS))
    first = first[moments[first + places] - moments[first] <= config.window]
    second = first + places
    gap = moments[second] - moments[first]
    days = (on[second] - on[first]) / DAY_MS
    weights = config.gap_decay ** np.maximum(gap - 1.0, 0.0)
    weights *= np.exp2(-days / config.gap_half_life_days)
    tied = gap == 0
    weights[tied] /= 2
    return (
        np.concatenate([first, second[tied]]),
        np.concatenate([second, first[tied]]),
        np.concatenate([weights, weights[tied]]),
    )
