"""The program of a growth plan: what is chosen, what that covers, what it may cost.

    maximise    sum_k need_k cover_k                       (needs are scaled to sum to 1)
                - STACK  * stacks begun
                - HOURS  * share of the hours used
                + TASTE  * mean taste of the items
    where       cover_k <= 1,  cover_k <= sum_j gain_jk x_j
                x_j <= x_p                                 for each prerequisite p of j
                sum_j hours_j x_j <= hours, sum_j cost_j x_j <= budget, sum_j x_j <= most items
                sum_c y_jc <= units_j x_j                  credit is split, never counted twice
                sum_j y_jc >= asked_c, all of it >= total  and within the caps
                x_j = 1 where locked; what is left out is no option

The last three terms of the objective are small: they choose among plans of nearly equal cover.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from recommender.axes import CredentialKey
from recommender.planning.program import Program
from recommender.planning.wishes import TOTAL, CreditAsked, Option, Wishes

STACK: Final = 0.004
HOURS: Final = 0.01
TASTE: Final = 0.01

HOURS_LIMIT: Final = "hours"
BUDGET_LIMIT: Final = "budget"
ITEMS_LIMIT: Final = "items"
CREDIT_LIMIT: Final = "credit:"
"""Begins the name of a limit of renewal credit; the category follows."""


@dataclass(frozen=True)
class Shape:
    """A program with the numbers of its variables."""

    program: Program
    items: tuple[int, ...]
    cover: tuple[int, ...]
    slack: dict[str, int]
    """By limit, the variable that says how far it is overstepped; only for relaxed limits."""


def limits_of(wishes: Wishes) -> tuple[str, ...]:
    """Return the names of the limits that could stand in a plan's way."""
    budget = (BUDGET_LIMIT,) if wishes.budget_usd is not None else ()
    credit = tuple(CREDIT_LIMIT + asked.category for asked in wishes.credits)
    return (HOURS_LIMIT, *budget, *credit, ITEMS_LIMIT)


def shape_of(options: Sequence[Option], wishes: Wishes, relaxed: Collection[str] = ()) -> Shape:
    """Return the program of a plan.

    Parameters
    ----------
    options
        What may be chosen; prerequisites of each are among them.
    wishes
        Needs and limits.
    relaxed
        Limits that may be overstepped. Where there are any, the program seeks the least
        overstepping, in parts of each limit, and nothing else.
    """
    program = Program()
    seeking = not relaxed
    needs = sum(growth.need for growth in wishes.growth) or 1.0
    items = tuple(
        program.choice(
            cost_of(option, wishes) if seeking else 0.0, certain=option.key in wishes.locked
        )
        for option in options
    )
    cover = tuple(
        program.variable(-growth.need / needs if seeking else 0.0, most=1.0)
        for growth in wishes.growth
    )
    for place, covered in enumerate(cover):
        gains = [
            (item, -option.gains[place])
            for item, option in zip(items, options, strict=True)
            if option.gains[place] > 0
        ]
        program.row([(covered, 1.0), *gains], most=0.0)
    shape = Shape(program, items, cover, {})
    _ask_prerequisites(shape, options)
    if seeking:
        _prefer_stacks(shape, options)
    _limit(shape, options, wishes, relaxed)
    _ask_credit(shape, options, wishes, relaxed)
    return shape


def cost_of(option: Option, wishes: Wishes) -> float:
    """Return what an option adds to a plan's value by its hours and its taste, lower is better."""
    hours = wishes.hours_of(option) / max(wishes.hours, 1.0)
    return HOURS * hours - TASTE * option.taste / max(wishes.most_items, 1)


def _ask_prerequisites(shape: Shape, options: Sequence[Option]) -> None:
    places = {option.key: item for option, item in zip(options, shape.items, strict=True)}
    for option, item in zip(options, shape.items, strict=True):
        for first in option.prerequisites:
            shape.program.row([(item, 1.0), (places[first], -1.0)], most=0.0)


def _prefer_stacks(shape: Shape, options: Sequence[Option]) -> None:
    """Let each stack that is begun cost a little, so that two of one go before one of two."""
    stacks: defaultdict[tuple[str, CredentialKey | str], list[int]] = defaultdict(list)
    for option, item in zip(options, shape.items, strict=True):
        stacks[("stack", option.stack) if option.stack else ("alone", option.key)].append(item)
    for members in stacks.values():
        if len(members) == 1:
            shape.program.costs[members[0]] += STACK
            continue
        begun = shape.program.variable(STACK, most=1.0)
        for item in members:
            shape.program.row([(item, 1.0), (begun, -1.0)], most=0.0)


def _limit(
    shape: Shape, options: Sequence[Option], wishes: Wishes, relaxed: Collection[str]
) -> None:
    told: list[tuple[str, list[float], float]] = [
        (HOURS_LIMIT, [wishes.hours_of(option) for option in options], wishes.hours),
        (ITEMS_LIMIT, [1.0] * len(options), float(wishes.most_items)),
    ]
    if wishes.budget_usd is not None:
        costs = [option.cost_usd or 0.0 for option in options]
        told.append((BUDGET_LIMIT, costs, wishes.budget_usd))
    for name, amounts, most in told:
        terms = [(item, amount) for item, amount in zip(shape.items, amounts, strict=True)]
        shape.program.row([*terms, *_slack(shape, name, most, -1.0, relaxed)], most=most)


def _ask_credit(
    shape: Shape, options: Sequence[Option], wishes: Wishes, relaxed: Collection[str]
) -> None:
    if not wishes.credits:
        return
    asked = {credit.category: credit for credit in wishes.credits}
    into: defaultdict[str, list[int]] = defaultdict(list)
    capped: defaultdict[str, list[int]] = defaultdict(list)
    for option, item in zip(options, shape.items, strict=True):
        if option.credit is None:
            continue
        categories = (*sorted(option.credit.categories & set(asked)), TOTAL)
        shares = [shape.program.variable() for _ in categories]
        terms = [(share, 1.0) for share in shares]
        shape.program.row([*terms, (item, -option.credit.units)], most=0.0)
        for category, share in zip(categories, shares, strict=True):
            into[category].append(share)
            if option.credit.group is not None:
                capped[option.credit.group].append(share)
    for group, shares in capped.items():
        shape.program.row([(share, 1.0) for share in shares], most=wishes.caps[group])
    _ask_amounts(shape, asked, into, relaxed)


def _ask_amounts(
    shape: Shape,
    asked: dict[str, CreditAsked],
    into: dict[str, list[int]],
    relaxed: Collection[str],
) -> None:
    everything = [share for shares in into.values() for share in shares]
    for category, credit in asked.items():
        shares = everything if category == TOTAL else into.get(category, [])
        slack = _slack(shape, CREDIT_LIMIT + category, credit.units, 1.0, relaxed)
        shape.program.row([*((share, 1.0) for share in shares), *slack], least=credit.units)


def _slack(
    shape: Shape, name: str, limit: float, sign: float, relaxed: Collection[str]
) -> list[tuple[int, float]]:
    if name not in relaxed:
        return []
    shape.slack[name] = shape.program.variable(1.0 / max(abs(limit), 1.0))
    return [(shape.slack[name], sign)]
