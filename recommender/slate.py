"""The slate: which of the eligible credentials are shown, and in which order."""

import numpy as np
from numpy.typing import NDArray

from recommender.axes import CredentialKey
from recommender.catalog import Catalog


def slate(
    scores: NDArray[np.float32], eligible: NDArray[np.bool_], catalog: Catalog, k: int
) -> tuple[int, ...]:
    """Return the columns of the first k eligible credentials, best first.

    Higher score first; of equal scores the free before the paid before those of unknown cost; then
    by key. The same input gives the same slate on every machine.

    Parameters
    ----------
    scores, eligible
        Of every credential; shape (m,).
    k
        At most so many; fewer where fewer are eligible.
    """
    columns = np.flatnonzero(eligible)
    if k < len(columns):
        # Only those that tie with the k-th or beat it need a key to be compared.
        bar = np.partition(scores[columns], len(columns) - k)[len(columns) - k]
        columns = columns[scores[columns] >= bar]

    def place(column: int) -> tuple[float, int, CredentialKey]:
        return (
            -float(scores[column]),
            _cost_class(catalog.cards[column].cost_usd),
            catalog.axes.credentials[column],
        )

    return tuple(sorted(columns.tolist(), key=place)[:k])


def _cost_class(cost_usd: float | None) -> int:
    """Return 0 for free, 1 for paid, 2 for a cost that is not known."""
    if cost_usd is None:
        return 2
    return int(cost_usd > 0)
