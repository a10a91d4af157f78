"""Teachers scored together, so that it changes nobody's list.

Two micro-credentials may have the same score but for the last bit, and then the last bit decides
which comes first: it must not depend on whose lists are made at the same time.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.once import FEW

BLOCK: Final = FEW
"""So many teachers are scored together where lists are made: their numbers stay in the processor's
cache. Of so many each has the scores that it has alone, to the last bit."""


def by_row(rows: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `rows @ matrix`, of no more than `BLOCK` rows each a product of its own.

    How a product of many rows is rounded depends on how many they are, but it is quicker.

    Parameters
    ----------
    rows
        float32[n, k].
    matrix
        float32[k, m].
    """
    if len(rows) > BLOCK:
        return np.asarray(rows @ matrix)
    product: NDArray[np.float32] = np.matmul(rows[:, None, :], matrix)
    return product[:, 0, :]


def by_own_columns(rows: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `rows @ matrix` of the shapes of `by_row`, each row over where it is not 0."""
    product = np.empty((len(rows), matrix.shape[1]), dtype=np.float32)
    for row, to in zip(rows, product, strict=True):
        own = np.flatnonzero(row)
        np.dot(row[own], matrix[own], out=to)
    return product
