"""Placing credits in categories: split where it helps, never counted twice, within the caps.

Each lot flows at most once: source -> its cap, if any -> lot -> a category that it fits -> sink,
where the last edge holds the category's minimum. By max-flow min-cut the most that a set T of
categories can receive together is

    f(T) = sum over caps g of min(cap_g, sum of the lots of g that fit some category of T)

(an uncapped lot is a group of its own). f is submodular and monotone, so the amounts that can be
received form a polymatroid: minimums d of a set S can all be met if and only if d(T) <= f(T) for
every T within S, and filling categories one after the other, in any order, ends in the same, the
largest, total. So we take the largest S that can be met in full, fill it first and the others
after it: no allocation meets more minimums, and none leaves less of them open.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Final

from recommender.renewal.flow import Network

BEYOND: Final = ""
"""Stands for 'in no category': what is more than the minimums need."""

_SOURCE: Final = ("source", 0)
_SINK: Final = ("sink", 0)


@dataclass(frozen=True)
class Lot:
    """Units of one record that may be placed."""

    units: Fraction
    categories: frozenset[str]
    group: str | None = None
    """Cap that it falls under."""


def allocate(
    lots: Sequence[Lot], minimums: Mapping[str, Fraction], caps: Mapping[str, Fraction]
) -> dict[tuple[int, str], Fraction]:
    """Return how many units of each lot go where.

    Parameters
    ----------
    lots
        In an order that does not depend on who asks: of equally good allocations the first is
        taken.
    minimums
        Units that each category needs; of equally large sets of them the first are met.
    caps
        Most units of each group of lots.

    Returns
    -------
    Units above zero by (place of the lot, category), `BEYOND` for those in no category. Their sum
    is the largest that the caps allow.
    """
    network = Network()
    for place, lot in enumerate(lots):
        inlet = _SOURCE
        if lot.group is not None:
            inlet = ("cap:" + lot.group, 0)
            network.set(_SOURCE, inlet, caps[lot.group])
        network.set(inlet, ("lot", place), lot.units)
        for category in sorted(lot.categories & set(minimums)):
            network.set(("lot", place), (f"category:{category}", 0), lot.units)
        network.set(("lot", place), (f"category:{BEYOND}", 0), lot.units)
    for category in _order(lots, minimums, caps):
        network.set((f"category:{category}", 0), _SINK, minimums[category])
        network.fill(_SOURCE, _SINK)
    network.set((f"category:{BEYOND}", 0), _SINK, sum((lot.units for lot in lots), Fraction(0)))
    network.fill(_SOURCE, _SINK)
    return {
        (place, category): units
        for place in range(len(lots))
        for category in (*minimums, BEYOND)
        if (units := network.flow(("lot", place), (f"category:{category}", 0)))
    }


def _order(
    lots: Sequence[Lot], minimums: Mapping[str, Fraction], caps: Mapping[str, Fraction]
) -> Iterator[str]:
    """Yield the categories: first the largest set whose minimums can all be met."""
    met = next(
        chosen
        for size in range(len(minimums), -1, -1)
        for chosen in combinations(minimums, size)
        if _can_meet(chosen, lots, minimums, caps)
    )
    yield from met
    yield from (category for category in minimums if category not in met)


def _can_meet(
    chosen: Sequence[str],
    lots: Sequence[Lot],
    minimums: Mapping[str, Fraction],
    caps: Mapping[str, Fraction],
) -> bool:
    return all(
        sum(minimums[name] for name in some) <= most(some, lots, caps)
        for size in range(1, len(chosen) + 1)
        for some in combinations(chosen, size)
    )


def most(categories: Iterable[str], lots: Sequence[Lot], caps: Mapping[str, Fraction]) -> Fraction:
    """Return f(T): the most units that some categories can receive together."""
    wanted = frozenset(categories)
    total = Fraction(0)
    grouped: defaultdict[str, Fraction] = defaultdict(Fraction)
    for lot in lots:
        if not lot.categories & wanted:
            continue
        if lot.group is None:
            total += lot.units
        else:
            grouped[lot.group] += lot.units
    return total + sum(min(caps[group], units) for group, units in grouped.items())
