"""What teachers believe of their own needs: what they were told, what they said, and a hunch.

Nobody acts on a need that nobody has seen. On each leaf of the framework a teacher carries three
things: what evaluations told, what they last said of themselves, and a hunch, which no file holds.
What was heard before gives way to what is heard now,

    belief = (1 - trust) * belief + trust * said

and stands until it is told anew: a badge revises no evaluation. That teachers trust a rating a
little more than their own judgement is an assumption; that many are told little is not (TNTP 2015:
systems fail to tell teachers how they can improve).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from features.demo.arrays import Floats, Ints

_SENSE: Final = 0.3
_NOISE: Final = 0.2
"""A hunch is a dim sense of the true need, which is about N(0, 1), and noise."""

OF_RATING: Final = 0.6
OF_SUMMARY: Final = 0.3
OF_SELF: Final = 0.5
"""Trust in a rating, in that of a whole standard, and in one's own judgement."""

WISH: Final = 0.9
"""Need added by 'I want to grow here'."""

_WIDENING: Final = 1.5
"""The wider of two gaps draws more than in proportion."""

_ENOUGH: Final = 1.5
"""Gaps of so much in all move a teacher as far as gaps can."""


@dataclass
class Beliefs:
    """Beliefs of n teachers on the l leaves of their own framework; shape (n, l) each."""

    rated: Floats
    """What evaluations told."""
    own: Floats
    """What they said of themselves."""
    hunch: Floats
    """What no file holds; -inf where padded."""

    @classmethod
    def draw(cls, rng: np.random.Generator, leaf: Floats) -> "Beliefs":
        """Start with hunches alone; `leaf`, shape (n, l), is the true need, -inf where padded."""
        hunch = _SENSE * leaf + rng.normal(0.0, _NOISE, leaf.shape)
        nothing = np.zeros(leaf.shape, dtype=np.float32)
        return cls(nothing, nothing.copy(), hunch.astype(np.float32))

    def seen(self, teachers: Ints) -> Floats:
        """Return what some teachers believe in all; -inf where padded, shape (g, l)."""
        told = self.rated[teachers] + self.own[teachers]
        return np.asarray(told + self.hunch[teachers], dtype=np.float32)


def hear(belief: Floats, teachers: Ints, leaves: Ints, said: Floats, trust: float) -> None:
    """Draw beliefs, shape (n, l), to what was said; no teacher and leaf may stand twice."""
    cells = (teachers, leaves)
    belief[cells] += np.float32(trust) * (said - belief[cells])


def draws(belief: Floats) -> Floats:
    """Return how much each gap draws, float32[g, l]; a strength draws nothing."""
    return np.asarray(np.maximum(belief, 0.0) ** _WIDENING, dtype=np.float32)


def presses(belief: Floats) -> Floats:
    """Return how far gaps move each teacher to do something about them, 0..1; shape (g,)."""
    return np.asarray(np.minimum(draws(belief).sum(axis=1) / _ENOUGH, 1.0), dtype=np.float32)
