"""What moves a teacher: their own drives as they are, or what the files let expect of them.

Two readings of the same teachers. `true_minds` is what the simulation lets them act on.
`told_minds` is what a reader of the files could know at best who knew how this district works: the
tastes that role and school share, the usual mix of reasons, and of needs what was told. What is
private and leaves no trace is averaged over: a hunch may be on any leaf, and a normal deviation d
of a logarithm multiplies the expected weight by exp(var d / 2).
"""

from typing import Final, NamedTuple

import numpy as np

from features.demo.arrays import Floats, Ints, softmax
from features.demo.needs import OWN_TASTE, USUAL_REASONS, Hidden

_HUNCH_SHARPNESS: Final = 4.0


class Minds(NamedTuple):
    """The drives of g teachers."""

    reasons: Floats
    """Weight of each of `REASONS`; shape (g, 11)."""
    rated: Floats
    """What evaluations told of each leaf; shape (g, l)."""
    own: Floats
    """What they said themselves; shape (g, l)."""
    hunch: Floats
    """Odds of each leaf to be what a hunch is about; rows sum to 1, shape (g, l)."""
    tastes: Floats
    """Hidden factors; shape (g, TASTES)."""
    own_taste: float
    """Variance of each factor."""

    def taste(self, factors: Floats, pull: float) -> Floats:
        """Return the expected odds that tastes give each credential; > 0, shape (g, m)."""
        length = (factors**2).sum(axis=1)
        logits = np.float32(pull) * (self.tastes @ factors.T)
        return np.asarray(
            np.exp(logits + np.float32(pull**2 / 2 * self.own_taste) * length), dtype=np.float32
        )


def true_minds(hidden: Hidden, teachers: Ints) -> Minds:
    """Return what some teachers act on."""
    beliefs = hidden.beliefs
    return Minds(
        hidden.reasons[teachers],
        beliefs.rated[teachers],
        beliefs.own[teachers],
        softmax(np.float32(_HUNCH_SHARPNESS) * beliefs.hunch[teachers]),
        hidden.tastes[teachers],
        0.0,
    )


def told_minds(hidden: Hidden, teachers: Ints) -> Minds:
    """Return what the files let expect of some teachers.

    How little a few choices tell of a teacher's own taste, hunch and mix of reasons is left out:
    ten choices would tell about a seventh of the taste.
    """
    beliefs = hidden.beliefs
    usual = np.array(USUAL_REASONS, dtype=np.float32)
    real = np.isfinite(hidden.leaf[teachers])
    return Minds(
        np.tile(usual, (len(teachers), 1)),
        beliefs.rated[teachers],
        beliefs.own[teachers],
        (real / real.sum(axis=1, keepdims=True)).astype(np.float32),
        hidden.shared_tastes[teachers],
        OWN_TASTE**2,
    )
