"""EASE: which credentials go together, as a linear model over the record itself.

Steck, 'Embarrassingly Shallow Autoencoders for Sparse Data' (2019), with a diagonal in proportion
to how often a credential was earned (Steck, 'Autoencoders that don't overfit towards the identity',
2020). The score of credential i is sum_h c_h B[h, i] over the records h: these are its shares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from models.colleagues.history import History
from models.colleagues.part import Part
from models.learned import learned_array


@dataclass(frozen=True)
class EasePart(Part):
    """Item-item weights among the k credentials that enough teachers earned."""

    name: ClassVar[str] = "ease"
    columns: NDArray[np.int64]
    """int64[k]: ascending columns of the catalog that the weights are of; others score 0."""
    weights: NDArray[np.float32]
    """float32[k, k]: row h holds what having earned h says of every other; its diagonal is 0."""
    catalog_size: int

    @cached_property
    def _place(self) -> NDArray[np.int64]:
        """Row of each credential in `weights`, -1 where it has none; shape (m,)."""
        place = np.full(self.catalog_size, -1, dtype=np.int64)
        place[self.columns] = np.arange(len(self.columns))
        return place

    def score(self, history: History) -> NDArray[np.float32]:
        """Return sum_h c_h B[h, :] for every history, float32[n, m]."""
        scores = np.zeros((len(history), self.catalog_size), dtype=np.float32)
        places = self._place[history.credential]
        for teacher, (first, last) in enumerate(
            zip(history.start[:-1], history.start[1:], strict=True)
        ):
            there = places[first:last] >= 0
            if there.any():
                confidence = history.confidence[first:last][there]
                scores[teacher, self.columns] = confidence @ self.weights[places[first:last][there]]
        return scores

    def shares(self, history: History, credential: int) -> NDArray[np.float64]:
        """Return c_h B[h, i] of each record h."""
        column, places = self._place[credential], self._place[history.credential]
        if column < 0:
            return np.zeros(len(places))
        there = places >= 0
        shares = np.zeros(len(places))
        shares[there] = history.confidence[there] * self.weights[places[there], column]
        return shares

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the columns and the weights."""
        return {"columns": self.columns, "weights": self.weights}

    @classmethod
    def restore(
        cls, arrays: Mapping[str, NDArray[Any]], settings: Mapping[str, Any], catalog_size: int
    ) -> Self:
        """Rebuild from learned arrays."""
        del settings
        columns = learned_array(arrays, "columns", (None,))
        if len(columns) and not 0 <= columns.min() <= columns.max() < catalog_size:
            raise ValueError(f"'columns' must be columns of {catalog_size} credentials")
        weights = learned_array(arrays, "weights", (len(columns), len(columns)))
        return cls(columns=columns, weights=weights, catalog_size=catalog_size)


class LightEasePart(EasePart):
    """The same with a light diagonal: what only some histories have in common counts sooner."""

    name: ClassVar[str] = "ease_light"
