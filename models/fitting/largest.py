"""The largest numbers of every row, at a part of the cost of a sort."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_GROUPS: Final = 3
"""Groups of columns for each number that is wanted: the more, the closer the bound."""


def kth_largest(values: Floats, k: int) -> Floats:
    """Return the k-th largest number of each row, float32[n].

    The k-th largest of what is largest in each of some groups of columns bounds it from below; few
    numbers are above that bound, and only those are looked at closely.

    Parameters
    ----------
    values
        float32[n, m], without NaN.
    k
        From 1 to m.
    """
    bound = _bound(values, k)
    owner, column = np.divmod(np.flatnonzero(values > bound[:, None]), values.shape[1])
    counts = np.bincount(owner, minlength=len(values))
    width = int(counts.max(initial=0))
    if width < k:
        return bound
    above = np.full((len(values), width), -np.inf, dtype=np.float32)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    above[owner, place] = values[owner, column]
    return np.where(counts >= k, _kth(above, k), bound)


def columns_of_largest(values: Floats, k: int) -> NDArray[np.int64]:
    """Return columns of the k largest numbers of each row, ascending; int64[n, k].

    The column stands in the last bits of each number, so that no two are equal, which makes
    selecting quick; numbers that differ only there, by a share of m / 2^23, count as equal.

    Parameters
    ----------
    values
        float32[n, m], not negative: their bits are in the order of the numbers.
    k
        From 1 to m.
    """
    size = values.shape[1]
    low = np.int32((1 << (size - 1).bit_length()) - 1)
    keys = values.view(np.int32) & ~low
    keys |= np.arange(size, dtype=np.int32)
    keys.partition(size - k, axis=1)
    return np.sort(keys[:, size - k :] & low, axis=1).astype(np.int64)


def _bound(values: Floats, k: int) -> Floats:
    """Return a number that at least k of each row reach, float32[n]."""
    rows, size = values.shape
    together = size // (_GROUPS * k)
    if together < 2:  # noqa: PLR2004 - a group of one column is the column
        return _kth(values, k)
    groups = size // together
    # columns of a group lie far apart: neighbours are often large together
    grouped = values[:, : groups * together].reshape(rows, together, groups)
    return _kth(grouped.max(axis=1), k)


def _kth(values: NDArray[Any], k: int) -> Floats:
    place = values.shape[1] - k
    found: Floats = np.partition(values, place, axis=1)[:, place]
    return found
