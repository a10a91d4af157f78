"""Implicit matrix factorization: a history is folded in to factors, without retraining.

Hu, Koren, Volinsky, 'Collaborative Filtering for Implicit Feedback Datasets' (2008). With item
factors Y, confidences c and regularisation l the factors of one history are

    x = A^-1 sum_h c_h y_h,    A = Y'Y + l I + sum_h (c_h - 1) y_h y_h'

and the score of credential i is y_i' x = sum_h c_h y_i' A^-1 y_h, a sum over the records (section 5
of the paper): these are its shares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.blocks import BLOCK, by_row
from models.colleagues.history import History
from models.colleagues.part import Part
from models.learned import learned_array

CHUNK_NUMBERS: Final = 4_000_000
"""Numbers that one batch of equations may hold (32 MB)."""


@dataclass(frozen=True)
class AlsPart(Part):
    """Item factors of implicit ALS."""

    name: ClassVar[str] = "als"
    item_factors: NDArray[np.float32]
    """float32[m, f]."""
    regularization: float
    alpha: float
    """Confidence of a record is alpha x the confidence of its status."""

    @cached_property
    def _factors(self) -> NDArray[np.float64]:
        return np.asarray(self.item_factors, dtype=np.float64)

    @cached_property
    def _gram(self) -> NDArray[np.float64]:
        """Y'Y + l I, float64[f, f]."""
        size = self._factors.shape[1]
        return self._factors.T @ self._factors + self.regularization * np.eye(size)

    def score(self, history: History) -> NDArray[np.float32]:
        """Return y_i' x for every history and credential, float32[n, m]."""
        return by_row(self.fold_in(history), np.asarray(self.item_factors).T)

    def fold_in(self, history: History) -> NDArray[np.float32]:
        """Return the factors x of n histories, float32[n, f]; 0 where the history is empty."""
        if len(history) <= BLOCK:  # padding is left to many: it changes how sums are rounded
            return self._one_by_one(history)
        folded = np.zeros((len(history), self._factors.shape[1]), dtype=np.float32)
        longest_last = np.argsort(history.counts, kind="stable")
        filled = longest_last[history.counts[longest_last] > 0]
        while len(filled):
            chunk = self._chunk(history, filled)
            folded[chunk] = self._solve(history, chunk)
            filled = filled[len(chunk) :]
        return folded

    def _one_by_one(self, history: History) -> NDArray[np.float32]:
        folded = np.zeros((len(history), self._factors.shape[1]), dtype=np.float32)
        for row in range(len(history)):
            folded[row] = self._once_solved(history.one(row)).sum(axis=0)  # shares ask for the same
        return folded

    def _chunk(self, history: History, order: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return as many histories of similar length as fit into one batch, at least one."""
        factors = self._factors.shape[1]
        needed = factors * np.maximum(history.counts[order], factors) * np.arange(1, len(order) + 1)
        return order[: max(1, int(np.searchsorted(needed, CHUNK_NUMBERS, side="right")))]

    def _solve(self, history: History, teachers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Solve the equations of some histories at once, padded to the longest with zeros."""
        counts = history.counts[teachers]
        place = np.arange(counts.max())
        inside = place < counts[:, None]
        rows = np.where(inside, history.start[teachers][:, None] + place, 0)
        factors = self._factors[history.credential[rows]]
        confidence = np.where(inside, self.alpha * history.confidence[rows], 0.0)
        extra = np.where(inside, confidence - 1.0, 0.0)
        equations = self._gram + np.swapaxes(factors, 1, 2) @ (factors * extra[:, :, None])
        wanted = confidence[:, None, :] @ factors
        return np.linalg.solve(equations, np.swapaxes(wanted, 1, 2))[:, :, 0].astype(np.float32)

    def shares(self, history: History, credential: int) -> NDArray[np.float64]:
        """Return c_h y_i' A^-1 y_h of each record h."""
        shares: NDArray[np.float64] = self._once_solved(history) @ self._factors[credential]
        return shares

    def _once_solved(self, history: History) -> NDArray[np.float64]:
        return history.once((id(self), "solved"), lambda: self._solved(history))

    def _solved(self, history: History) -> NDArray[np.float64]:
        """Return c_h A^-1 y_h of each record h of one history, float64[h, f]."""
        factors = self._factors[history.credential]
        confidence = self.alpha * history.confidence.astype(np.float64)
        equations = self._gram + factors.T @ (factors * (confidence - 1)[:, None])
        solved = np.linalg.solve(equations, factors.T).T
        return np.asarray(solved * confidence[:, None], dtype=np.float64)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the item factors."""
        return {"item_factors": self.item_factors}

    def settings(self) -> dict[str, Any]:
        """Return regularisation and alpha."""
        return {"regularization": self.regularization, "alpha": self.alpha}

    @classmethod
    def restore(
        cls, arrays: Mapping[str, NDArray[Any]], settings: Mapping[str, Any], catalog_size: int
    ) -> Self:
        """Rebuild from learned arrays and settings."""
        return cls(
            item_factors=learned_array(arrays, "item_factors", (catalog_size, None)),
            regularization=float(settings["regularization"]),
            alpha=float(settings["alpha"]),
        )
