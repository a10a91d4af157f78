"""A factorization for short histories: what k records say of all the others.

Hide all but k of the n records of each learner at random and regress the hidden ones on the shown
ones, every record of every learner counting the same (weights 1 / n). With R the matrix of common
learners, without its diagonal and divided by sqrt(d_i d_j), d the frequencies, the least squares
solution is

    B_k = D^-1/2 R (I + p R)^-1 D^1/2,    p = (k - 1) / (mean n - 1)

For k = 1 this is P(j | i), and as k grows what two records say in common counts once. R is the same
for all k, so with its leading eigenvectors V and eigenvalues l (the rest is chance) one model
serves every length of history:

    score(j) = sqrt(d_j) v_j' diag(l / (1 + p l) * l / (l + (1 - p) n)) sum_h c_h v_h / sqrt(d_h)

The last factor is Wiener's: of a few records what is no stronger than noise (n, the strength at
which eigenvectors were left out) says little, of many it evens out. Fitting may lower the power of
d_j a little ('damping'): the most popular are a little overrated.
Random hiding as in Steck, 'Autoencoders that don't overfit towards the identity' (2020).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.blocks import by_row
from models.colleagues.history import History
from models.colleagues.part import Part
from models.learned import learned_array

CHUNK_NUMBERS: Final = 4_000_000
"""Numbers that the vectors of the records of one batch may hold (16 MB)."""


@dataclass(frozen=True)
class ShortPart(Part):
    """Leading eigenvectors of the common records of k credentials."""

    name: ClassVar[str] = "short"
    columns: NDArray[np.int64]
    """int64[k]: ascending columns of the catalog that have a vector; others score 0."""
    vectors: NDArray[np.float32]
    """float32[k, f]: V."""
    strength: NDArray[np.float32]
    """float32[f], above 0: l."""
    inward: NDArray[np.float32]
    """float32[k]: what a record of each counts, 1 / sqrt(d)."""
    outward: NDArray[np.float32]
    """float32[k]: what the vector of each scores, sqrt(d) with the popular damped a little."""
    others: float
    """Mean n - 1: how many further records a learner has beside one."""
    noise: float
    """Not below 0: strength of the strongest that was left out; 0 where none was."""
    catalog_size: int

    @cached_property
    def _from(self) -> NDArray[np.float32]:
        """Return inward x vector for every credential of the catalog, 0 where it has no vector."""
        rows = np.zeros((self.catalog_size, len(self.strength)), dtype=np.float32)
        rows[self.columns] = self.vectors * np.asarray(self.inward)[:, None]
        return rows

    @cached_property
    def _towards(self) -> NDArray[np.float32]:
        """Return outward x vector for every credential of the catalog, 0 where it has no vector."""
        rows = np.zeros((self.catalog_size, len(self.strength)), dtype=np.float32)
        rows[self.columns] = self.vectors * np.asarray(self.outward)[:, None]
        return rows

    def score(self, history: History) -> NDArray[np.float32]:
        """Return the scores of n histories for every credential, float32[n, m]."""
        shown = self._summed(history) * self._filter(history)
        return by_row(shown, self._towards.T)

    def _summed(self, history: History) -> NDArray[np.float32]:
        """Return sum_h c_h v_h / sqrt(d_h) of each history, float32[n, f]."""
        summed = np.zeros((len(history), len(self.strength)), dtype=np.float32)
        filled = np.flatnonzero(history.counts > 0)
        batch = max(1, CHUNK_NUMBERS // max(len(self.strength), 1))
        first = 0
        while first < len(filled):
            rows = history.start[filled[first]]
            last = int(np.searchsorted(history.start[filled + 1], rows + batch, side="right"))
            some = filled[first : max(last, first + 1)]
            inside = slice(rows, history.start[some[-1] + 1])
            vectors = self._from[history.credential[inside]]
            vectors *= history.confidence[inside, None]
            summed[some] = np.add.reduceat(vectors, history.start[some] - rows, axis=0)
            first += len(some)
        return summed

    def _filter(self, history: History) -> NDArray[np.float32]:
        """Return l / (1 + p l) * l / (l + (1 - p) n) for each history, float32[n, f]."""
        known = np.bincount(
            np.repeat(np.arange(len(history)), history.counts),
            history.confidence,
            minlength=len(history),
        )
        part = np.clip((known - 1) / max(self.others, 1.0), 0.0, 1.0).astype(np.float32)[:, None]
        strength = np.asarray(self.strength, dtype=np.float32)
        sure = strength / (strength + (1 - part) * np.float32(self.noise))
        return np.asarray(strength / (1 + part * strength) * sure, dtype=np.float32)

    def shares(self, history: History, credential: int) -> NDArray[np.float64]:
        """Return c_h times what record h alone says of the credential, at this length."""
        shown = history.once((id(self), "shown"), lambda: self._shown(history))
        shares: NDArray[np.float64] = shown @ self._towards[credential]
        return shares

    def _shown(self, history: History) -> NDArray[np.float64]:
        """Return c_h times the filtered vector of each record h of one history, float64[h, f]."""
        seen = self._from[history.credential] * history.confidence[:, None]
        return np.asarray(seen * self._filter(history), dtype=np.float64)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return columns, vectors, strengths and both scales."""
        return {
            "columns": self.columns,
            "vectors": self.vectors,
            "strength": self.strength,
            "inward": self.inward,
            "outward": self.outward,
        }

    def settings(self) -> dict[str, Any]:
        """Return how many further records a learner has, and the noise."""
        return {"others": self.others, "noise": self.noise}

    @classmethod
    def restore(
        cls, arrays: Mapping[str, NDArray[Any]], settings: Mapping[str, Any], catalog_size: int
    ) -> Self:
        """Rebuild from learned arrays and settings."""
        columns = learned_array(arrays, "columns", (None,))
        if len(columns) and not 0 <= columns.min() <= columns.max() < catalog_size:
            raise ValueError(f"'columns' must be columns of {catalog_size} credentials")
        strength = learned_array(arrays, "strength", (None,))
        return cls(
            columns=columns,
            vectors=learned_array(arrays, "vectors", (len(columns), len(strength))),
            strength=strength,
            inward=learned_array(arrays, "inward", (len(columns),)),
            outward=learned_array(arrays, "outward", (len(columns),)),
            others=float(settings["others"]),
            noise=float(settings["noise"]),
            catalog_size=catalog_size,
        )
