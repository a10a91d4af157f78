"""What moves a teacher: their own drives as they are, or what the files let expect of them.

Two readings of the same teachers. `true_minds` is what the simulation lets them act on.
`told_minds` is what a reader of the files could know at best who knew how this district works: the
tastes that role and school share, the usual mix of reasons, and of beliefs the part that was told.
What is private and leaves no trace is averaged over: a normal deviation d of a logarithm multiplies
the expected weight by exp(var d / 2).
"""

from typing import NamedTuple

import numpy as np

from features.demo.arrays import Floats, Ints
from features.demo.beliefs import HUNCH
from features.demo.needs import OWN_TASTE, USUAL_REASONS, Hidden


class Minds(NamedTuple):
    """The drives of g teachers."""

    reasons: Floats
    """Weight of each of `REASONS`; shape (g, 8)."""
    beliefs: Floats
    """Need on each leaf, -inf where padded; shape (g, l)."""
    doubt: Floats
    """Variance of `beliefs`; shape (g, l)."""
    tastes: Floats
    """Hidden factors; shape (g, TASTES)."""
    own_taste: float
    """Variance of each factor."""

    def leaf_logits(self, sharpness: float) -> Floats:
        """Return the logarithm of the expected odds of each leaf; shape (g, l)."""
        spread = np.float32(sharpness**2 / 2) * self.doubt
        return np.asarray(np.float32(sharpness) * self.beliefs + spread, dtype=np.float32)

    def taste(self, factors: Floats, pull: float) -> Floats:
        """Return the expected odds that tastes give each credential; > 0, shape (g, m)."""
        length = (factors**2).sum(axis=1)
        logits = np.float32(pull) * (self.tastes @ factors.T)
        return np.asarray(
            np.exp(logits + np.float32(pull**2 / 2 * self.own_taste) * length), dtype=np.float32
        )


def true_minds(hidden: Hidden, teachers: Ints) -> Minds:
    """Return what some teachers act on."""
    return Minds(
        hidden.reasons[teachers],
        _only_real(hidden, teachers, hidden.beliefs.seen(teachers)),
        np.zeros((1, 1), dtype=np.float32),
        hidden.tastes[teachers],
        0.0,
    )


def told_minds(hidden: Hidden, teachers: Ints) -> Minds:
    """Return what the files let expect of some teachers.

    How little a few choices tell of a teacher's own taste, and of the own mix of reasons, is left
    out: ten choices would tell about a seventh of the former.
    """
    beliefs = hidden.beliefs
    usual = np.array(USUAL_REASONS, dtype=np.float32)
    return Minds(
        np.tile(usual, (len(teachers), 1)),
        _only_real(hidden, teachers, beliefs.told[teachers]),
        np.float32(HUNCH**2) * beliefs.doubt[teachers] ** 2,
        hidden.shared_tastes[teachers],
        OWN_TASTE**2,
    )


def _only_real(hidden: Hidden, teachers: Ints, beliefs: Floats) -> Floats:
    real = np.isfinite(hidden.leaf[teachers])
    return np.asarray(np.where(real, beliefs, -np.inf), dtype=np.float32)
