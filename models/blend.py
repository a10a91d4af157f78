"""The blend: a score is the weighted sum of named evidence.

    score(t, c) = sum_j w[segment(t), j] * e_j(t, c),    w >= 0

and what a reason tells is the same arithmetic:

    contribution_j(t, c) = w_j * (e_j(t, c) - mean of e_j(t, .) over the eligible set)
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.vocabulary import NEED_EVIDENCE, EvidenceName, Segment

_NOTHING: Final = 1e-5
"""A spread this small beside the mean is the rounding of single precision, not spread."""


@dataclass(frozen=True)
class Blend:
    """Learned weights of J kinds of evidence."""

    names: tuple[EvidenceName, ...]
    weights: NDArray[np.float32]
    """float32[4, J], not negative: a row for each `Segment`, a column for each name."""

    def __post_init__(self) -> None:
        wanted = (len(Segment), len(self.names))
        if self.weights.shape != wanted:
            raise ValueError(f"weights must be of shape {wanted}, are {self.weights.shape}")
        if not np.isfinite(self.weights).all() or (self.weights < 0).any():
            raise ValueError("weights must be finite and not negative")

    def weights_for(self, segments: NDArray[np.int8]) -> NDArray[np.float32]:
        """Return the weights of teachers by the code of their segment, float32[n, J]."""
        return self.weights[segments]

    @staticmethod
    def combine(values: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the scores of n teachers for m credentials, float32[n, m].

        A teacher's scores do not depend on who else is in the block: each row is a product of its
        own.

        Parameters
        ----------
        values
            Evidence, float32[J, n, m].
        weights
            float32[n, J].
        """
        total: NDArray[np.float32] = np.matmul(weights[:, None, :], values.transpose(1, 0, 2))
        return total[:, 0, :]


def needs_among(names: tuple[EvidenceName, ...]) -> NDArray[np.bool_]:
    """Return which of some evidence is need evidence; shape (J,)."""
    return np.array([name in NEED_EVIDENCE for name in names], dtype=bool)


def spread(values: NDArray[np.float32], eligible: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the standard deviation of each evidence over the eligible set, float64[n, J]."""
    among = eligible.astype(np.float32)[:, :, None]
    count = np.maximum(among.sum(axis=1), 1)
    by_teacher = values.transpose(1, 0, 2)
    mean = (by_teacher @ among)[:, :, 0] / count
    apart = by_teacher - mean[:, :, None]
    spreads = np.sqrt((np.square(apart, out=apart) @ among)[:, :, 0] / count)
    return np.where(spreads > _NOTHING * np.abs(mean), spreads, 0.0).astype(np.float64)


def with_need_share(
    weights: NDArray[np.float32],
    values: NDArray[np.float32],
    eligible: NDArray[np.bool_],
    names: tuple[EvidenceName, ...],
    need_share: float,
) -> NDArray[np.float32]:
    """Return the weights, those of need evidence raised just so far that a policy's share is met.

    With d_j the spread of evidence j over the eligible set of one teacher, the need evidence must
    carry sum_need w_j d_j >= need_share * sum_j w_j d_j. Nothing changes for a teacher of whom no
    such facts are known (no need evidence has any spread), nor where the share is already met.
    Need weights are raised by one factor; if all those with a spread are 0, they are made equal.
    With a share of 1 the other weights become 0.

    Parameters
    ----------
    weights
        float32[n, J].
    values
        Evidence, float32[J, n, m].
    eligible
        bool[n, m].
    names
        Name of each of the J.
    need_share
        Least share, 0..1.
    """
    if need_share <= 0:
        return weights
    needs = needs_among(names)
    spreads = spread(values, eligible)
    base = weights.astype(np.float64)
    known = (spreads[:, needs] > 0).any(axis=1)
    parts = base * spreads
    carried = parts[:, needs].sum(axis=1)
    met = (carried > 0) & (carried >= need_share * parts.sum(axis=1))
    if need_share < 1 and (met | ~known).all():
        return weights
    silent = known & (carried == 0)
    base[silent[:, None] & needs & (spreads > 0)] = 1.0
    carried = (base * spreads)[:, needs].sum(axis=1)
    if need_share >= 1:
        base[np.ix_(known, ~needs)] = 0.0
    others = np.where(known, (base * spreads)[:, ~needs].sum(axis=1), 0.0)
    wanted = others * need_share / max(1.0 - need_share, np.finfo(np.float64).tiny)
    factor = wanted / np.where(known, carried, 1.0)
    raised = known & ((factor > 1) | (silent & (others > 0)))
    base[np.ix_(raised, needs)] *= factor[raised, None]
    return base.astype(np.float32)
