"""From options and wishes to a growth plan: chosen, ordered, dated, with what it covers."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from recommender.axes import CredentialKey, StandardKey
from recommender.errors import NoPlan
from recommender.planning.greedy import greedy_start
from recommender.planning.hindrance import what_hinders
from recommender.planning.order import dated, ordered
from recommender.planning.program import Solution
from recommender.planning.shape import Shape, shape_of
from recommender.planning.wishes import TOTAL, Option, Wishes

SECONDS: Final = 1.3
"""So long a plan is sought; what is found then is told with its gap."""


@dataclass(frozen=True)
class PlannedItem:
    """A micro-credential of a plan, with when to work on it."""

    key: CredentialKey
    title: str
    starts_on: date
    ends_on: date
    hours: float
    hours_known: bool
    cost_usd: float | None
    stack: str
    locked: bool
    under_way: bool
    develops: tuple[StandardKey, ...]
    units: float
    """Possible renewal credit in the state's unit."""


@dataclass(frozen=True)
class Covered:
    """How much of a standard's need the plan covers, 0 to 1."""

    standard: StandardKey
    title: str
    need: float
    cover: float


@dataclass(frozen=True)
class GrowthPlan:
    """A set and an order of micro-credentials within the limits."""

    items: tuple[PlannedItem, ...]
    growth: tuple[Covered, ...]
    covered: float
    """Share of all need that is covered, 0 to 1."""
    hours: float
    hours_limit: float
    cost_usd: float
    """Of the items whose cost is known."""
    units: float
    proven: bool
    """Whether no plan within the limits is better."""
    gap: float
    """How much better another plan may be, in parts of this one's value; 0 where proven."""
    notes: tuple[str, ...]


def make_plan(options: Sequence[Option], wishes: Wishes, seconds: float = SECONDS) -> GrowthPlan:
    """Return the best plan that is found within a time.

    Parameters
    ----------
    options
        What the teacher may take up. One that asks for a micro-credential which is no option can
        not be planned.
    wishes
        Needs, limits, and what is locked or left out.
    seconds
        Most time for the search.

    Raises
    ------
    NoPlan
        The limits cannot all be met; the words say which, and what would do.
    """
    possible = plannable(options, wishes)
    _check_locked(options, possible, wishes)
    useful = worthwhile(possible, wishes)
    shape = shape_of(useful, wishes)
    found = shape.program.solve(seconds, greedy_start(useful, wishes, shape))
    if found.values is None:
        raise NoPlan(what_hinders(useful, wishes, timed_out=found.timed_out))
    return _told(shape, found, useful, wishes, _notes(options, possible, wishes))


def plannable(options: Sequence[Option], wishes: Wishes) -> tuple[Option, ...]:
    """Return the options that a plan may hold, in the order of their keys.

    Left out are those that the coach left out, those of unknown cost where there is a budget (a
    locked one stays), and those whose prerequisites are not among the rest or form a ring.
    """
    offered = [
        option
        for option in sorted(options, key=lambda option: option.key)
        if option.key not in wishes.left_out and _affordable(option, wishes)
    ]
    possible: dict[CredentialKey, Option] = {}
    while ready := [
        option
        for option in offered
        if option.key not in possible and all(first in possible for first in option.prerequisites)
    ]:
        possible.update((option.key, option) for option in ready)
    return tuple(option for option in offered if option.key in possible)


def worthwhile(options: Sequence[Option], wishes: Wishes) -> tuple[Option, ...]:
    """Return the options that can do something for the plan, or come before one that can."""
    by_key = {option.key: option for option in options}
    waiting = [
        option.key
        for option in options
        if any(gain > 0 for gain in option.gains)
        or option.key in wishes.locked
        or (wishes.credits and option.credit is not None)
    ]
    kept: set[CredentialKey] = set()
    while waiting:
        key = waiting.pop()
        if key not in kept:
            kept.add(key)
            waiting.extend(by_key[key].prerequisites)
    return tuple(option for option in options if option.key in kept)


def _affordable(option: Option, wishes: Wishes) -> bool:
    known = option.cost_usd is not None or wishes.budget_usd is None
    return known or option.key in wishes.locked


def _check_locked(options: Sequence[Option], possible: Sequence[Option], wishes: Wishes) -> None:
    titles = {option.key: option.title for option in options}
    there = {option.key for option in possible}
    for key in sorted(wishes.locked - there):
        name = f"'{titles.get(key, key[1])}'"
        if key in wishes.left_out:
            raise NoPlan(f"{name} is locked and left out at once; take one of the two back.")
        if key not in titles:
            raise NoPlan(f"{name} is locked, but it may not be suggested to this teacher.")
        firsts = next(option for option in options if option.key == key).prerequisites
        missing = [f"'{titles.get(first, first[1])}'" for first in firsts if first not in there]
        raise NoPlan(
            f"{name} is locked, but it asks for {' and '.join(missing)} first, which this plan"
            " may not hold."
        )


def _told(
    shape: Shape, found: Solution, options: Sequence[Option], wishes: Wishes, notes: Iterator[str]
) -> GrowthPlan:
    chosen = [options[place] for place in found.chosen(shape.items)]
    needs = sum(growth.need for growth in wishes.growth) or 1.0
    growth = tuple(
        Covered(wanted.standard, wanted.title, wanted.need, _cover(chosen, place))
        for place, wanted in enumerate(wishes.growth)
    )
    dates = dated(ordered(chosen, wishes), wishes)
    return GrowthPlan(
        items=tuple(_item(option, wishes, *days) for option, days in dates),
        growth=growth,
        covered=sum(covered.need * covered.cover for covered in growth) / needs,
        hours=sum(wishes.hours_of(option) for option in chosen),
        hours_limit=wishes.hours,
        cost_usd=sum(option.cost_usd or 0.0 for option in chosen),
        units=sum(option.credit.units for option in chosen if option.credit),
        proven=found.proven,
        gap=0.0 if found.proven else found.gap,
        notes=(*notes, *_notes_on(chosen, wishes)),
    )


def _cover(chosen: Sequence[Option], place: int) -> float:
    return min(1.0, sum(option.gains[place] for option in chosen))


def _item(option: Option, wishes: Wishes, starts_on: date, ends_on: date) -> PlannedItem:
    return PlannedItem(
        key=option.key,
        title=option.title,
        starts_on=starts_on,
        ends_on=ends_on,
        hours=wishes.hours_of(option),
        hours_known=option.hours is not None,
        cost_usd=option.cost_usd,
        stack=option.stack,
        locked=option.key in wishes.locked,
        under_way=option.under_way,
        develops=tuple(
            growth.standard
            for growth, gain in zip(wishes.growth, option.gains, strict=True)
            if gain > 0
        ),
        units=option.credit.units if option.credit else 0.0,
    )


def _notes(options: Sequence[Option], possible: Sequence[Option], wishes: Wishes) -> Iterator[str]:
    """Say what was left out without anybody's having asked for it."""
    dear = [option for option in options if not _affordable(option, wishes)]
    if dear:
        yield (
            f"{_counted(len(dear))} left out, since the cost is not known and there is a budget."
        )
    for growth, place in zip(wishes.growth, range(len(wishes.growth)), strict=True):
        if not any(option.gains[place] > 0 for option in possible):
            yield f"No micro-credential that may be planned develops '{growth.title}'."


def _notes_on(chosen: Sequence[Option], wishes: Wishes) -> Iterator[str]:
    unknown = [option for option in chosen if option.hours is None]
    if unknown:
        yield (
            f"The hours of {', '.join(repr(option.title) for option in unknown)} are not known;"
            f" {wishes.unknown_hours:g} are taken."
        )
    if any(option.cost_usd is None for option in chosen):
        yield "The cost of some micro-credentials is not known, so the sum is at least this."
    if any(asked.category == TOTAL or asked.category for asked in wishes.credits):
        yield "Renewal credit is possible credit only: confirm with your district."
    stacks = Counter(option.stack for option in chosen if option.stack)
    for stack, count in sorted(stacks.items()):
        if count > 1:
            yield f"{count} of these belong to the stack '{stack}'."


def _counted(count: int) -> str:
    return "1 micro-credential was" if count == 1 else f"{count} micro-credentials were"
