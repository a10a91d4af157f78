"""The frameworks as arrays: leaves of each, and how they meet the hub."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from features.demo.arrays import Bools, Floats, Ints
from recommender.states.frameworks import StandardRow, crosswalk, standards
from recommender.vocabulary import HUB_FRAMEWORK

FRAMEWORKS: Final = ("Danielson", "NCEES", "SCTS")
"""Frameworks that the districts rate on; a teacher's `framework` is a place in this tuple."""


@dataclass(frozen=True)
class Frameworks:
    """Standards by row number of `rows`; h = 10 hub standards, l = leaves of the widest framework.

    A framework with fewer leaves than l is padded; `valid` says which columns are real.
    """

    rows: tuple[StandardRow, ...]
    hub: Ints
    """Row of each hub standard; shape (h,)."""
    root: Ints
    """Row of each framework's root; shape (3,)."""
    leaves: Ints
    """Row of each leaf, -1 where padded; shape (3, l)."""
    parents: Ints
    """Row of each leaf's parent, -1 where padded; shape (3, l)."""
    to_hub: Floats
    """Share of a leaf in each hub standard, rows sum to 1 (0 where padded); shape (3, l, h)."""

    @property
    def valid(self) -> Bools:
        """Which leaves are real; shape (3, l)."""
        return np.asarray(self.leaves >= 0)

    def row_of(self, framework: str, code: str) -> int:
        """Return the row number of a standard."""
        return _row_numbers()[framework, code]


@lru_cache
def _row_numbers() -> dict[tuple[str, str], int]:
    return {(row.framework, row.code): number for number, row in enumerate(standards())}


def _leaves(rows: Sequence[StandardRow], framework: str) -> list[int]:
    parents = {row.parent for row in rows if row.framework == framework}
    return [
        number
        for number, row in enumerate(rows)
        if row.framework == framework and row.code not in parents
    ]


@lru_cache
def load_frameworks() -> Frameworks:
    """Return the shipped frameworks as arrays."""
    rows, number = standards(), _row_numbers()
    hub = _leaves(rows, HUB_FRAMEWORK)
    by_framework = [_leaves(rows, name) for name in FRAMEWORKS]
    shape = (len(FRAMEWORKS), max(map(len, by_framework)))
    leaves, parents = np.full(shape, -1), np.full(shape, -1)
    for place, found in enumerate(by_framework):
        leaves[place, : len(found)] = found
        parents[place, : len(found)] = [
            number[rows[leaf].framework, rows[leaf].parent] for leaf in found
        ]
    return Frameworks(
        rows=rows,
        hub=np.array(hub),
        root=np.array([number[name, name] for name in FRAMEWORKS]),
        leaves=leaves,
        parents=parents,
        to_hub=_to_hub(leaves, hub, number),
    )


def _to_hub(leaves: Ints, hub: list[int], number: dict[tuple[str, str], int]) -> Floats:
    strength = np.zeros((len(number), len(hub)), dtype=np.float32)
    for link in crosswalk():
        column = hub.index(number[link.to_framework, link.to_code])
        strength[number[link.from_framework, link.from_code], column] = link.strength
    shares = strength[leaves] * (leaves >= 0)[:, :, None]
    return np.asarray(shares / np.maximum(shares.sum(axis=2, keepdims=True), 1e-6), np.float32)
