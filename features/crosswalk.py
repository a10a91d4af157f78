"""How much a micro-credential develops each standard: directly, by kin, or through the crosswalk.

A credential is aligned to a few standards of one framework; a teacher is rated on those of another.
`reach` follows the alignment, from the standard it names,

1. within its framework, to the standards above it (never the root: an overall result says nothing
   about what is below) and to those below it, each step weakened by `KINSHIP`; never up and then
   down again, so a sibling is not reached;
2. over a crosswalk link, in either direction, straight into another framework or by way of the hub
   (InTASC) into a third; never back into its own framework;
3. there again to the kin of the standard where it arrived.

A path's strength is the product of its parts; the reach of a standard is its strongest path. Two
things keep the crosswalk from blurring what is known. A hub standard is *shared out*: where several
standards of a framework answer to it, each link out of the hub counts by its share,

    strength(hub -> s) = w(s) * w(s) / sum of w over the framework of s

since a credential on 'Instructional Strategies' develops some of the ten standards that answer to
it, not all ten. And where a credential *itself* names standards of a framework, nothing more is
inferred there: its issuer has said which ones they are.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.axes import ABSENT
from recommender.vocabulary import HUB_FRAMEWORK

KINSHIP: Final = np.float32(0.5)
"""What one step between a standard and its parent leaves of the strength, in either direction."""


@dataclass(frozen=True)
class Links:
    """Weighted links between standards: columns of both ends, and strength in (0, 1]."""

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    strength: NDArray[np.float32]

    def turned(self) -> "Links":
        """Each link the other way round."""
        return Links(self.end, self.start, self.strength)

    def both_ways(self) -> "Links":
        """Each link and the same turned round."""
        return Links(
            np.concatenate([self.start, self.end]),
            np.concatenate([self.end, self.start]),
            np.concatenate([self.strength, self.strength]),
        )


@dataclass(frozen=True)
class StandardTree:
    """The s standards of all frameworks.

    `framework` is a number for each framework (shape (s,)), `hub` the number of the hub framework
    (`ABSENT` where there is none), `parent` the column of the parent or `ABSENT`, `root` says which
    standards stand for a whole framework.
    """

    framework: NDArray[np.int32]
    parent: NDArray[np.int32]
    root: NDArray[np.bool_]
    hub: int

    @classmethod
    def of(cls, keys: tuple[tuple[str, str], ...], parents: tuple[str, ...]) -> "StandardTree":
        """Build from (framework, code) and the code of each one's parent ('' for none)."""
        numbers = {name: i for i, name in enumerate(sorted({key[0] for key in keys}))}
        columns = {key: i for i, key in enumerate(keys)}
        above = (
            columns.get((key[0], parent), ABSENT) for key, parent in zip(keys, parents, strict=True)
        )
        return cls(
            framework=np.array([numbers[key[0]] for key in keys], dtype=np.int32),
            parent=np.fromiter(above, dtype=np.int32, count=len(keys)),
            root=np.array([key[0] == key[1] for key in keys], dtype=bool),
            hub=numbers.get(HUB_FRAMEWORK, ABSENT),
        )

    def upward(self) -> Links:
        """Links from each standard to its parent, roots left out."""
        child = np.flatnonzero((self.parent != ABSENT) & ~self.root).astype(np.int32)
        child = child[~self.root[self.parent[child]]]
        strength = np.full(len(child), KINSHIP, dtype=np.float32)
        return Links(child, self.parent[child], strength)


def reach(
    alignment: Links, credentials: int, tree: StandardTree, crosswalk: Links
) -> NDArray[np.float32]:
    """Return how much each of m credentials develops each of s standards, float32[m, s] in 0..1.

    Parameters
    ----------
    alignment
        From the column of a credential to that of a standard.
    credentials
        Number of credentials m.
    tree
        The standards.
    crosswalk
        Links between standards of different frameworks; followed in both directions.
    """
    kept = ~tree.root[alignment.end]
    rows, ends = alignment.start[kept], alignment.end[kept]
    strength = np.clip(alignment.strength[kept], 0, 1)
    starts, position = np.unique(ends, return_inverse=True)
    home, away = (
        _strongest(rows, strength, paths[position], credentials)
        for paths in _paths(starts, tree, crosswalk)
    )
    return np.maximum(home, np.where(_named(rows, ends, credentials, tree), 0, away))


def _named(
    rows: NDArray[np.int32], ends: NDArray[np.int32], credentials: int, tree: StandardTree
) -> NDArray[np.bool_]:
    """Return where a credential itself names a standard of the same framework, bool[m, s]."""
    named = np.zeros((credentials, int(tree.framework.max(initial=-1)) + 1), dtype=bool)
    named[rows, tree.framework[ends]] = True
    return named[:, tree.framework]


def _strongest(
    rows: NDArray[np.int32],
    strength: NDArray[np.float32],
    paths: NDArray[np.float32],
    credentials: int,
) -> NDArray[np.float32]:
    """Return each credential's strongest paths over all its alignments, float32[m, s]."""
    result = np.zeros((credentials, paths.shape[1]), dtype=np.float32)
    for round_ in _one_a_credential(rows):
        spread = strength[round_][:, None] * paths[round_]
        result[rows[round_]] = np.maximum(result[rows[round_]], spread)
    return result


def _one_a_credential(rows: NDArray[np.int32]) -> list[NDArray[np.int64]]:
    """Split positions into rounds in which each credential appears at most once."""
    order = np.argsort(rows, kind="stable")
    first = np.searchsorted(rows[order], rows[order])
    rank = np.arange(len(rows)) - first
    return [order[rank == r] for r in range(int(rank.max(initial=-1)) + 1)]


def _paths(
    starts: NDArray[np.int32], tree: StandardTree, crosswalk: Links
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the strongest path from each of k standards to each of s, twice float32[k, s].

    The first stays within the framework of the start, the second leads out of it.
    """
    seed = np.zeros((len(tree.root), len(starts)), dtype=np.float32)
    seed[starts, np.arange(len(starts))] = 1.0
    own = tree.framework[starts][None, :]
    there = tree.framework[:, None]
    links = _shared_out(_without_roots(crosswalk, tree).both_ways(), tree)
    home = _with_kin(seed, tree)
    away = _with_kin(np.where(there != own, _step(home, links), 0), tree)
    at_hub = np.where(there == tree.hub, away, 0)
    beyond = np.where((there != own) & (there != tree.hub), _step(at_hub, links), 0)
    return home.T, np.maximum(away, _with_kin(beyond, tree)).T


def _shared_out(links: Links, tree: StandardTree) -> Links:
    """Weaken each link out of the hub to its share among those into the same framework."""
    links = _strongest_of_each(links)
    frameworks = int(tree.framework.max(initial=-1)) + 1
    group = links.start.astype(np.int64) * frameworks + tree.framework[links.end]
    total = np.bincount(group, links.strength, minlength=len(tree.root) * frameworks)[group]
    share = np.divide(links.strength, total, out=np.ones(len(total)), where=total > 0)
    out_of_hub = tree.framework[links.start] == tree.hub
    strength = np.where(out_of_hub, links.strength * share, links.strength)
    return Links(links.start, links.end, strength.astype(np.float32))


def _strongest_of_each(links: Links) -> Links:
    """Return one link for each pair of ends, in the order of the ends."""
    order = np.lexsort((links.strength, links.end, links.start))
    start, end = links.start[order], links.end[order]
    last = np.ones(len(order), dtype=bool)
    last[:-1] = (np.diff(start) != 0) | (np.diff(end) != 0)
    return Links(start[last], end[last], links.strength[order][last])


def _without_roots(links: Links, tree: StandardTree) -> Links:
    kept = ~tree.root[links.start] & ~tree.root[links.end]
    strength = np.clip(links.strength[kept], 0, 1)
    return Links(links.start[kept], links.end[kept], strength)


def _with_kin(values: NDArray[np.float32], tree: StandardTree) -> NDArray[np.float32]:
    """Spread values over each standard's ancestors and, apart from that, its descendants."""
    upward = tree.upward()
    above, below = _spread(values, upward), _spread(values, upward.turned())
    return np.maximum(above, below)


def _spread(values: NDArray[np.float32], links: Links) -> NDArray[np.float32]:
    """Follow the links as far as they lead; a circle in them ends where nothing gets stronger."""
    result, moving = values, values
    while True:
        moving = _step(moving, links)
        if not np.any(moving > result):
            return result
        result = np.maximum(result, moving)


def _step(values: NDArray[np.float32], links: Links) -> NDArray[np.float32]:
    """Move values (float32[s, k]) over the links; where several arrive the strongest counts."""
    moved = np.zeros_like(values)
    np.maximum.at(moved, links.end, values[links.start] * links.strength[:, None])
    return moved
