"""What issuers state of what their micro-credentials develop: rounded, with gaps and slips."""

from typing import Final

import numpy as np

from features.demo.arrays import Bools, Floats
from features.demo.frameworks import load_frameworks
from recommender.vocabulary import HUB_FRAMEWORK

_STATED: Final = {HUB_FRAMEWORK: 0.95, "Danielson": 0.9, "NCEES": 0.9, "SCTS": 0.9}
"""Share of micro-credentials whose issuer states an alignment to a framework."""


def state_alignments(rng: np.random.Generator, develops: Floats) -> Floats:
    """Return the stated strength, 0 where nothing is stated.

    Parameters
    ----------
    develops
        Truth: how much each develops each standard; shape (m, standards).
    """
    m = len(develops)
    framework = np.array([row.framework for row in load_frameworks().rows])
    chance = np.array([_STATED[name] for name in framework])
    by_framework = {name: rng.random(m) for name in _STATED}
    tells = np.column_stack([by_framework[name] for name in framework]) < chance
    tells |= ~tells.any(axis=1, keepdims=True) & (framework == HUB_FRAMEWORK)
    tells &= rng.random((m, 1)) > 0.04
    kept = (develops > 0.25) & (rng.random(tells.shape) < 0.96)
    noisy = develops + rng.normal(0.0, 0.08, tells.shape)
    strength = np.clip(np.round(noisy * 10) / 10, 0.1, 1.0)
    slips: Bools = (rng.random(tells.shape) < 0.003) & (develops == 0) & _rateable()
    return np.where(tells & kept, strength, np.where(tells & slips, 0.3, 0.0)).astype(np.float32)


def _rateable() -> Bools:
    frameworks = load_frameworks()
    found = np.zeros(len(frameworks.rows), dtype=bool)
    found[frameworks.hub] = True
    found[frameworks.leaves[frameworks.valid]] = True
    return found
