"""Open steps: the rest of a stack that a teacher started, and what a held prerequisite opened.

A credential outside the history is an *open step* if all its prerequisites are held and either the
teacher holds or pursues another of its stack or it has prerequisites at all. A credential is
*locked* while one of its prerequisites is not held; few take it up all the same.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models.evidence import Arrays
from models.learned import learned_array
from recommender.axes import ABSENT
from recommender.catalog import Catalog
from recommender.facts import FactKind
from recommender.teacher_state import Ragged
from recommender.vocabulary import RecordStatus


@dataclass(frozen=True)
class StackSteps:
    """The stacks and prerequisites of m credentials."""

    stack: NDArray[np.int32]
    """int32[m]: number of each credential's stack, `ABSENT` where it is in none."""
    after: NDArray[np.int32]
    """int32[e]: credentials with prerequisites, one entry a prerequisite, ascending."""
    before: NDArray[np.int32]
    """int32[e]: the prerequisite of each entry."""
    held_from = RecordStatus.EARNED.code
    """From this status code on a credential is held."""

    @classmethod
    def of(cls, catalog: Catalog) -> Self:
        """Take stacks and prerequisites from a catalog; a stack belongs to one district."""
        named = [
            (district, card.stack)
            for (district, _), card in zip(catalog.axes.credentials, catalog.cards, strict=True)
        ]
        numbers = {name: i for i, name in enumerate(sorted({n for n in named if n[1]}))}
        known = catalog.prerequisites.rows >= 0
        return cls(
            stack=np.array([numbers.get(name, ABSENT) for name in named], dtype=np.int32),
            after=catalog.prerequisites.owner[known].astype(np.int32),
            before=catalog.prerequisites.rows[known].astype(np.int32),
        )

    def open(self, rows: Ragged, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the largest weight of what opened each credential, float64[n, m].

        It is 0 where the credential is no open step.

        Parameters
        ----------
        rows
            The `RECORD` rows that count, of n teachers.
        weights
            Weight of each, above 0.
        """
        which, opened = self._prerequisites(rows, weights)
        owner, held = rows.owner, rows.rows["credential"]
        started = np.zeros((len(rows), int(self.stack.max(initial=ABSENT)) + 2))
        inside = self.stack[held] != ABSENT
        np.maximum.at(started, (owner[inside], self.stack[held[inside]]), weights[inside])
        recent: NDArray[np.float64] = started[:, self.stack]
        recent[:, which] = np.where(opened > 0, np.maximum(recent[:, which], opened), 0.0)
        recent[owner, held] = 0.0
        return recent

    def locked(self, rows: Ragged) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the k credentials with prerequisites, and for whom each is locked; bool[n, k]."""
        which, opened = self._prerequisites(rows, np.ones(len(rows.rows)))
        return which, opened == 0

    def _prerequisites(
        self, rows: Ragged, weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the k credentials with prerequisites, and the largest weight of what opened each.

        The weights are float64[n, k], 0 where a prerequisite is not held.
        """
        which, first = self._asking
        if not len(which):
            return which, np.zeros((len(rows), 0))
        own = np.zeros((len(rows), len(self.stack)))
        is_held = rows.rows["status"] >= self.held_from
        own[rows.owner[is_held], rows.rows["credential"][is_held]] = weights[is_held]
        needed = own[:, self.before]
        most = np.maximum.reduceat(needed, first, axis=1)
        all_held = np.minimum.reduceat(needed, first, axis=1) > 0
        return which, np.where(all_held, most, 0.0)

    @cached_property
    def _asking(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the k credentials with prerequisites, and where the entries of each start."""
        first = np.flatnonzero(np.diff(self.after, prepend=-1))
        return self.after[first].astype(np.int64), first

    def opener(
        self, rows: Ragged, weights: NDArray[np.float64], credential: int
    ) -> tuple[FactKind, int]:
        """Return what opened a step of one teacher, and the row of the record that did."""
        held = rows.rows["credential"]
        mates = (self.stack[held] == self.stack[credential]) & (self.stack[held] != ABSENT)
        if mates.any():
            return FactKind.STACK, int(np.argmax(np.where(mates, weights, -1.0)))
        opened_by = np.isin(held, self.before[self.after == credential])
        return FactKind.PREREQUISITE, int(np.argmax(np.where(opened_by, weights, -1.0)))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return stacks and prerequisites."""
        return {
            "stack": self.stack,
            "prerequisite_after": self.after,
            "prerequisite_before": self.before,
        }

    @classmethod
    def restore(cls, arrays: Arrays, catalog_size: int) -> Self:
        """Rebuild from what `arrays` gave."""
        after = learned_array(arrays, "prerequisite_after", (None,))
        before = learned_array(arrays, "prerequisite_before", after.shape)
        columns = np.concatenate([after, before])
        if len(columns) and not 0 <= columns.min() <= columns.max() < catalog_size:
            raise ValueError(f"prerequisites must be columns of {catalog_size} credentials")
        return cls(
            stack=learned_array(arrays, "stack", (catalog_size,)),
            after=after,
            before=before,
        )
