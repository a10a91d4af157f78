"""Credentials that too few had the time to earn, placed among those close to them in content.

    score(t, c) = own_c * e(t, c) + sum_k weight[c, k] * e(t, source[c, k])

The sources are what is closest in content of all that enough teachers earned, so that something new
is suggested to whom its neighbours suit. All evidence that rests on what was taken up places it in
the same way, so that it stands in the blend where its neighbours stand. The parts of `colleagues`
are linear in their credentials, so this is the same as placing the credential in the part's own
space, and shares of it are exact.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.learned import learned_array
from recommender.facts import Fact, FactKind

Score = TypeVar("Score", bound=np.floating[Any])

_ARRAYS: Final = ("columns", "sources", "weights", "own")

PREFIX: Final = "placing."
"""Before the names of its arrays among those of an evidence."""


@dataclass(frozen=True)
class Placing:
    """How c credentials are placed among k others each."""

    columns: NDArray[np.int64]
    """int64[c]: ascending columns of what is placed."""
    sources: NDArray[np.int64]
    """int64[c, k]: columns of what it is placed among; none of them is placed itself."""
    weights: NDArray[np.float32]
    """float32[c, k], not negative: how much each source counts."""
    own: NDArray[np.float32]
    """float32[c] in 0..1: how much the credential's own few records count."""

    @classmethod
    def nothing(cls) -> Self:
        """Return the placing of no credential."""
        none = np.zeros((0, 0))
        return cls(
            columns=np.zeros(0, dtype=np.int64),
            sources=none.astype(np.int64),
            weights=none.astype(np.float32),
            own=np.zeros(0, dtype=np.float32),
        )

    def apply(self, scores: NDArray[Score]) -> NDArray[Score]:
        """Return the scores of n teachers, shape (n, m), with what is placed scored anew."""
        if not len(self.columns):
            return scores
        placed = scores.copy()
        total = scores[:, self.columns] * np.asarray(self.own)
        for source, weight in zip(self.sources.T, self.weights.T, strict=True):
            total += scores[:, source] * weight
        placed[:, self.columns] = total
        return placed

    def terms(self, credential: int) -> Iterator[tuple[int, float]]:
        """Yield of which columns' scores one credential's score is the sum, and how weighted."""
        if not self.holds(credential):
            yield credential, 1.0
            return
        place = int(np.searchsorted(self.columns, credential))
        if self.own[place] > 0:
            yield credential, float(self.own[place])
        for source, weight in zip(self.sources[place], self.weights[place], strict=True):
            if weight > 0:
                yield int(source), float(weight)

    def holds(self, credential: int) -> bool:
        """Tell whether a credential is placed."""
        return credential in self._members

    @cached_property
    def _members(self) -> frozenset[int]:
        return frozenset(self.columns.tolist())

    def near(
        self, credential: int, scores: NDArray[np.floating[Any]], limit: int
    ) -> tuple[Fact, ...]:
        """Return among which others a credential stands to whom it owes most; none if not placed.

        Parameters
        ----------
        scores
            What the evidence says of all credentials to one teacher before any is placed; (m,).
        """
        return self.nearest(credential, lambda column: float(scores[column]), limit)

    def nearest(
        self, credential: int, score_of: Callable[[int], float], limit: int
    ) -> tuple[Fact, ...]:
        """Return the same where scores are worked out only for those that are asked for."""
        if not self.holds(credential):
            return ()
        worth = {
            column: weight * score_of(column)
            for column, weight in self.terms(credential)
            if column != credential
        }
        best = sorted(worth, key=lambda column: (-worth[column], column))[:limit]
        return tuple(
            Fact(kind=FactKind.LIKE_EARNED, credential=column)
            for column in best
            if worth[column] > 0
        )

    def arrays(self, prefix: str = "") -> dict[str, NDArray[Any]]:
        """Return the four arrays, their names after a prefix."""
        return {f"{prefix}{name}": getattr(self, name) for name in _ARRAYS}

    @classmethod
    def restore(
        cls, arrays: Mapping[str, NDArray[Any]], catalog_size: int, prefix: str = ""
    ) -> Self:
        """Rebuild from what `arrays` gave; nothing is placed where there are none."""
        arrays = {name: arrays[prefix + name] for name in _ARRAYS if prefix + name in arrays}
        if not arrays:
            return cls.nothing()
        columns = learned_array(arrays, "columns", (None,))
        sources = learned_array(arrays, "sources", (len(columns), None))
        for named, found in (("columns", columns), ("sources", sources)):
            if found.size and not 0 <= found.min() <= found.max() < catalog_size:
                raise ValueError(f"'{named}' must be columns of {catalog_size} credentials")
        return cls(
            columns=columns,
            sources=sources,
            weights=learned_array(arrays, "weights", sources.shape),
            own=learned_array(arrays, "own", (len(columns),)),
        )


def newcomers_in(evidence: Iterable[object]) -> frozenset[int]:
    """Return the columns that any of some evidence places."""
    placings = [getattr(one, "placing", None) for one in evidence]
    return frozenset(
        column
        for placing in placings
        if isinstance(placing, Placing)
        for column in placing.columns.tolist()
    )
