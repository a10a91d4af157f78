"""Damping: what is popular comes up by itself and is a little overrated by item-item models."""

import numpy as np
from numpy.typing import NDArray


def damped(frequency: NDArray[np.float32], damping: float) -> NDArray[np.float32]:
    """Return (frequency / mean frequency) ** -damping for k credentials, float32[k].

    Parameters
    ----------
    frequency
        How often each was earned, above 0.
    damping
        0 leaves scores as they are.
    """
    relative = frequency / frequency.mean() if len(frequency) else frequency
    factors: NDArray[np.float32] = (relative**-damping).astype(np.float32)
    return factors
