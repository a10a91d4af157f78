"""A plan by simple steps, for when the search has no time, and a bound that costs nothing.

What is locked comes first, with its prerequisites; then what gives most of the renewal credit that
is still asked for; then, as long as anything makes the plan better, what adds most to it for the
share that it takes of what is left of hours, places and budget. Whatever is taken up brings its
prerequisites along. Credit goes first to the category that other options could fill least, so that
what the steps count is a way to split it.

No plan covers more than all options together, nor than the best hours, or the best places, would if
options could be split and nothing were covered twice.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from recommender.axes import CredentialKey
from recommender.planning.program import Start
from recommender.planning.shape import STACK, TASTE, Shape, cost_of
from recommender.planning.wishes import TOTAL, Option, Wishes

_TINY: Final = 1e-9

Vector = NDArray[np.float64]


def greedy_start(options: Sequence[Option], wishes: Wishes, shape: Shape) -> Start:
    """Return the best plan of a few quick ways, with a bound; one without choices if none holds.

    Parameters
    ----------
    options
        The options of the shape: prerequisites of each are among them.
    wishes
        Needs and limits.
    shape
        The program that the choices are numbers of.
    """
    bound = least_value(options, wishes)
    numbers = _Numbers(options, wishes)
    found = [
        sorted(plan)
        for price in (numbers.hours, np.ones(len(options)), numbers.shares)
        if (plan := _steps(numbers, wishes, price)) is not None
    ]
    if not found:
        return Start(None, np.inf, bound)
    value, plan = min((value_of([options[n] for n in plan], wishes), plan) for plan in found)
    return Start(tuple(shape.items[number] for number in plan), value, bound)


def value_of(chosen: Sequence[Option], wishes: Wishes) -> float:
    """Return the program's value of some options, lower is better."""
    needs = sum(growth.need for growth in wishes.growth) or 1.0
    cover = sum(
        growth.need * min(1.0, sum(option.gains[place] for option in chosen))
        for place, growth in enumerate(wishes.growth)
    )
    stacks = {option.stack or option.key for option in chosen}
    return -cover / needs + STACK * len(stacks) + sum(cost_of(one, wishes) for one in chosen)


def least_value(options: Sequence[Option], wishes: Wishes) -> float:
    """Return a value that no plan within the limits goes below."""
    numbers = _Numbers(options, wishes)
    together = np.minimum(1.0, numbers.gains.sum(axis=0)) @ numbers.needs
    alone = numbers.gains @ numbers.needs
    by_hours = _fill(alone, numbers.hours, wishes.hours)
    by_places = _fill(alone, np.ones(len(options)), float(wishes.most_items))
    return -float(min(together, by_hours, by_places)) - TASTE


def _fill(gains: Vector, sizes: Vector, room: float) -> float:
    """Return the most gain that fits a room, where what is taken last may be taken in part."""
    order = np.argsort(-gains / np.maximum(sizes, _TINY), kind="stable")
    before = np.concatenate([[0.0], np.cumsum(sizes[order])[:-1]]) if len(order) else sizes
    parts = np.clip((room + _TINY - before) / np.maximum(sizes[order], _TINY), 0.0, 1.0)
    return float(gains[order] @ parts)


class _Numbers:
    """The options as arrays."""

    def __init__(self, options: Sequence[Option], wishes: Wishes) -> None:
        # A serving process loads scipy with its first plan, not at start.
        from scipy.sparse import csr_array  # noqa: PLC0415

        needs = np.array([growth.need for growth in wishes.growth])
        self.options = options
        self.needs = needs / (needs.sum() or 1.0)
        gains = [option.gains for option in options]
        self.gains = np.array(gains, dtype=np.float64).reshape(len(options), len(needs))
        self.hours = np.array([wishes.hours_of(option) for option in options], dtype=np.float64)
        self.costs = np.array([option.cost_usd or 0.0 for option in options], dtype=np.float64)
        self.shares = self.hours / max(wishes.hours, 1.0) + 1.0 / max(wishes.most_items, 1)
        own = [cost_of(option, wishes) for option in options]
        self.price = STACK + np.array(own, dtype=np.float64)
        closure = _closure(options)
        rows = [sorted(closure[option.key]) for option in options]
        ends = np.cumsum([0, *map(len, rows)])
        columns = [column for row in rows for column in row]
        size = (len(options), len(options))
        self.brings: Any = csr_array((np.ones(len(columns)), columns, ends), shape=size)
        """Which options each brings along, itself among them."""


def _closure(options: Sequence[Option]) -> dict[CredentialKey, frozenset[int]]:
    """Return the places of each option and of all that goes before it."""
    places = {option.key: place for place, option in enumerate(options)}
    found: dict[CredentialKey, frozenset[int]] = {}
    waiting = list(options)
    while waiting:
        option = waiting[-1]
        missing = [options[places[key]] for key in option.prerequisites if key not in found]
        if missing:
            waiting += missing
            continue
        waiting.pop()
        firsts = (found[key] for key in option.prerequisites)
        found[option.key] = frozenset([places[option.key]]).union(*firsts)
    return found


class _Steps:
    """A plan in the making: what is in it and what is left of every limit."""

    def __init__(self, numbers: _Numbers, wishes: Wishes) -> None:
        self.numbers, self.wishes = numbers, wishes
        self.left = np.ones(len(numbers.options))
        """1 for each option that is not in the plan yet."""
        self.open = {asked.category: asked.units for asked in wishes.credits}
        self._caps = dict(wishes.caps)
        self._hours = wishes.hours
        self._places = float(wishes.most_items)
        self._budget = np.inf if wishes.budget_usd is None else wishes.budget_usd
        self._cover = np.zeros(len(numbers.needs))

    @property
    def lacks_credit(self) -> bool:
        return any(units > _TINY for units in self.open.values())

    def fitting(self) -> NDArray[np.bool_]:
        """Return which options fit with all that they bring along; those in the plan do not."""
        more, numbers = self._brought, self.numbers
        fits: NDArray[np.bool_] = (more(numbers.hours) <= self._hours + _TINY) & (self.left > 0)
        fits &= more(np.ones(len(self.left))) <= self._places + _TINY
        fits &= more(numbers.costs) <= self._budget + _TINY
        return fits

    def shares(self) -> Vector:
        """Return the largest share that each takes of what is left of a limit."""
        more, numbers = self._brought, self.numbers
        used = [
            more(numbers.hours) / max(self._hours, _TINY),
            more(np.ones(len(self.left))) / max(self._places, _TINY),
        ]
        if np.isfinite(self._budget):
            used.append(more(numbers.costs) / max(self._budget, _TINY))
        largest: Vector = np.maximum(np.max(used, axis=0), _TINY)
        return largest

    def betterment(self) -> Vector:
        """Return by how much each makes the plan better, at least."""
        gains = self.numbers.brings @ (self.numbers.gains * self.left[:, None])
        cover = np.minimum(1.0, self._cover + gains) - self._cover
        better: Vector = cover @ self.numbers.needs - self._brought(self.numbers.price)
        return better

    def credit(self) -> Vector:
        """Return how much of the credit that is asked for each gives, about."""
        own = [self._counts(option) for option in self.numbers.options]
        return self._brought(np.array(own))

    def take(self, number: int) -> None:
        """Put an option in, with what it brings along."""
        row = self.numbers.brings[[number], :].toarray()[0]
        for place in np.flatnonzero(row * self.left):
            self._put(int(place))

    def _put(self, place: int) -> None:
        numbers, option = self.numbers, self.numbers.options[place]
        self.left[place] = 0.0
        self._hours -= numbers.hours[place]
        self._places -= 1.0
        self._budget -= numbers.costs[place]
        self._cover = np.minimum(1.0, self._cover + numbers.gains[place])
        units = self._usable(option)
        if option.credit is None:
            return
        if option.credit.group is not None:
            self._caps[option.credit.group] -= units
        if TOTAL in self.open:
            self.open[TOTAL] -= units
        for category in sorted(option.credit.categories & set(self.open), key=self._slack):
            given = min(units, max(self.open[category], 0.0))
            self.open[category] -= given
            units -= given

    def _slack(self, category: str) -> tuple[float, str]:
        """Return how much more of a category the options left could give than it lacks."""
        others = zip(self.numbers.options, self.left, strict=True)
        supply = sum(
            self._usable(option)
            for option, left in others
            if left and option.credit and category in option.credit.categories
        )
        return supply - self.open[category], category

    def _usable(self, option: Option) -> float:
        if option.credit is None:
            return 0.0
        group = option.credit.group
        return min(option.credit.units, np.inf if group is None else self._caps[group])

    def _counts(self, option: Option) -> float:
        if option.credit is None:
            return 0.0
        units = self._usable(option)
        wanted = sum(max(self.open.get(one, 0.0), 0.0) for one in option.credit.categories)
        return min(units, wanted) + min(units, max(self.open.get(TOTAL, 0.0), 0.0))

    def _brought(self, amounts: Vector) -> Vector:
        """Return an amount of each option together with what it brings along."""
        told: Vector = self.numbers.brings @ (amounts * self.left)
        return told


def _steps(numbers: _Numbers, wishes: Wishes, price: Vector) -> list[int] | None:
    """Return the places of a plan's options; None where the steps lead to none within the limits.

    `price` is what credit costs: the credit an hour, an item or a share of both goes first.
    """
    made = _Steps(numbers, wishes)
    for number in _locked(numbers.options, wishes):
        if made.left[number]:
            if not made.fitting()[number]:
                return None
            made.take(number)
    while made.lacks_credit:
        worth = np.where(made.fitting(), made.credit() / np.maximum(price, _TINY), 0.0)
        if not worth.size or worth.max() <= _TINY:
            return None
        made.take(int(worth.argmax()))
    while True:
        better = np.where(made.fitting(), made.betterment(), 0.0)
        if not better.size or better.max() <= _TINY:
            return [int(place) for place in np.flatnonzero(made.left == 0)]
        made.take(int(np.where(better > _TINY, better / made.shares(), 0.0).argmax()))


def _locked(options: Sequence[Option], wishes: Wishes) -> Iterator[int]:
    for place, option in enumerate(options):
        if option.key in wishes.locked:
            yield place
