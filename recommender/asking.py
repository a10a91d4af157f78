"""Which credentials ask for others first, laid out so that all are answered at once."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from recommender.teacher_state import Ragged


@dataclass(frozen=True)
class Asking:
    """The k credentials that ask for others first, by e prerequisites in all."""

    columns: NDArray[np.int64]
    """Ascending columns of those that ask; shape (k,)."""
    start: NDArray[np.int64]
    """Where the prerequisites of each start; shape (k,)."""
    place: NDArray[np.int64]
    """Place in `columns` of what asks, of each prerequisite; shape (e,)."""
    first: NDArray[np.int64]
    """Column of each prerequisite; shape (e,)."""

    @classmethod
    def of(cls, prerequisites: Ragged) -> Self:
        """Take them from the columns that each credential asks for."""
        columns = np.flatnonzero(prerequisites.counts)
        counts = prerequisites.counts[columns]
        return cls(
            columns=columns,
            start=prerequisites.start[columns],
            place=np.repeat(np.arange(len(columns)), counts),
            first=prerequisites.rows.astype(np.int64),
        )

    @property
    def owner(self) -> NDArray[np.int64]:
        """Column of what asks, of each prerequisite; shape (e,)."""
        asking: NDArray[np.int64] = self.columns[self.place]
        return asking

    def answered(self, given: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return where all that each asks for is given.

        Parameters
        ----------
        given
            Whether each credential is, for n teachers; bool[n, m].

        Returns
        -------
        bool[n, k].
        """
        if not len(self.columns):
            return np.zeros((len(given), 0), dtype=bool)
        answers: NDArray[np.bool_] = np.logical_and.reduceat(
            given[:, self.first], self.start, axis=1
        )
        return answers
