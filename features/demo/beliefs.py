"""What teachers believe of their own needs: what they were told and said, and a hunch.

Nobody acts on a need that nobody has seen. A belief on a leaf of the framework starts as a hunch,
which no file holds: a dim sense of the need, and noise. Each rating and each self-assessment draws
it to what it says:

    belief = (1 - trust) * belief + trust * said

so that the hunch fades where something was said. `told` is the part that follows from the files
alone. That teachers trust a rating a little more than their own judgement is an assumption; that
many are told little is not (TNTP 2015: systems fail to tell teachers how they can improve).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from features.demo.arrays import Floats, Ints

_SENSE: Final = 0.3
_NOISE: Final = 0.2
HUNCH: Final = 0.36
"""Spread of the hunches that follows: needs are about N(0, 1)."""

OF_RATING: Final = 0.6
OF_SUMMARY: Final = 0.3
OF_SELF: Final = 0.5
"""Trust in a rating, in that of a whole standard, and in one's own judgement."""

WISH: Final = 0.9
"""Need added by 'I want to grow here'."""

_SETTLED: Final = 0.9
"""Need taken away by earning what develops a leaf fully."""


@dataclass
class Beliefs:
    """Beliefs of n teachers on the l leaves of their own framework; shape (n, l) each."""

    told: Floats
    """The part that follows from ratings, self-assessments and what was earned."""
    hunch: Floats
    """What is left of the hunch."""
    doubt: Floats
    """Share of the hunch that is left, 0..1."""

    @classmethod
    def draw(cls, rng: np.random.Generator, leaf: Floats) -> "Beliefs":
        """Start with hunches alone: a dim sense of the true need on each leaf, and noise."""
        sense = np.where(np.isfinite(leaf), _SENSE * leaf, 0.0)
        hunch = (sense + rng.normal(0.0, _NOISE, leaf.shape)).astype(np.float32)
        return cls(np.zeros_like(hunch), hunch, np.ones_like(hunch))

    def seen(self, teachers: Ints) -> Floats:
        """Return what some teachers believe; shape (g, l)."""
        return np.asarray(self.told[teachers] + self.hunch[teachers], dtype=np.float32)

    def hear(self, teachers: Ints, leaves: Ints, said: Floats, trust: float) -> None:
        """Draw beliefs to what was said; no teacher and leaf may stand twice."""
        cells = (teachers, leaves)
        self.told[cells] += np.float32(trust) * (said - self.told[cells])
        self.hunch[cells] *= np.float32(1 - trust)
        self.doubt[cells] *= np.float32(1 - trust)

    def settle(self, teachers: Ints, develops: Floats) -> None:
        """Let earned credentials, of which `develops` has shape (k, l), settle needs."""
        np.subtract.at(self.told, teachers, np.float32(_SETTLED) * develops)
