"""How common a credential is, by which what is popular is damped."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix


def commonness_of(matrix: csr_matrix) -> NDArray[np.float32]:
    """Return log(f / mean f) of m credentials, float32[m]; 0 where nobody has it.

    Parameters
    ----------
    matrix
        Records, n teachers x m credentials; f is how many have each, the mean is of those that
        somebody has.
    """
    counts = np.bincount(matrix.indices, minlength=matrix.shape[1]).astype(np.float64)
    held = counts > 0
    common = np.zeros(len(counts), dtype=np.float32)
    if held.any():
        common[held] = np.log(counts[held] / counts[held].mean())
    return common
