"""The slate: which of the eligible credentials are shown, and in which order."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.axes import CredentialKey
from recommender.catalog import Catalog


@dataclass(frozen=True)
class Slate:
    """Columns in order, the rank of the first of them, and how many there are in all."""

    columns: tuple[int, ...]
    first_rank: int
    total: int


def slate(
    scores: NDArray[np.float32],
    eligible: NDArray[np.bool_],
    catalog: Catalog,
    k: int,
    after: int | None = None,
) -> Slate:
    """Return the next k eligible credentials, best first.

    Higher score first; of equal scores the free before the paid before those of unknown cost; then
    by key. The same input gives the same slate on every machine.

    Parameters
    ----------
    scores, eligible
        Of every credential; shape (m,).
    k
        At most so many; fewer where fewer are eligible.
    after
        Column to go on behind; it need not be eligible any more.
    """

    def place(column: int) -> tuple[float, int, CredentialKey]:
        return (
            -float(scores[column]),
            _cost_class(catalog.cards[column].cost_usd),
            catalog.axes.credentials[column],
        )

    columns = np.flatnonzero(eligible)
    total = len(columns)
    if after is not None:
        columns = _behind(columns, scores, after, place)
    rest = len(columns)
    if k < rest:
        # Only those that tie with the k-th or beat it need a key to be compared.
        bar = np.partition(scores[columns], rest - k)[rest - k]
        columns = columns[scores[columns] >= bar]
    ordered = tuple(sorted(columns.tolist(), key=place)[:k])
    return Slate(ordered, total - rest + 1, total)


def _behind(
    columns: NDArray[np.intp],
    scores: NDArray[np.float32],
    after: int,
    place: Callable[[int], tuple[float, int, CredentialKey]],
) -> NDArray[np.intp]:
    """Return the columns whose place is behind that of `after`; ties alone compare keys."""
    limit = place(after)
    lower = columns[scores[columns] < scores[after]]
    tied = [c for c in columns[scores[columns] == scores[after]].tolist() if place(c) > limit]
    return np.concatenate([np.array(tied, dtype=np.intp), lower])


def _cost_class(cost_usd: float | None) -> int:
    """Return 0 for free, 1 for paid, 2 for a cost that is not known."""
    if cost_usd is None:
        return 2
    return int(cost_usd > 0)
