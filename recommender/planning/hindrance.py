"""Why there is no plan: which limit cannot be met, and what would do."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from recommender.planning.shape import (
    BUDGET_LIMIT,
    CREDIT_LIMIT,
    HOURS_LIMIT,
    ITEMS_LIMIT,
    limits_of,
    shape_of,
)
from recommender.planning.wishes import Option, Wishes

SECONDS: Final = 0.1
"""Most time for each limit that is looked at."""

_LEAST: Final = 1e-6


def what_hinders(options: Sequence[Option], wishes: Wishes, *, timed_out: bool) -> str:
    """Return in words which limit stands in the way, and what would do.

    Each limit is first lifted alone: if that is enough, the least change of it is told. Where no
    single one is enough, the least change of all together is.
    """
    if timed_out:
        return "No plan was found in time; ask for fewer standards, or lock less."
    names = limits_of(wishes)
    alone = [over for name in names if (over := _overstepped(options, wishes, [name]))]
    if alone:
        ways = [_way(name, amount, wishes) for over in alone for name, amount in over.items()]
        return f"No plan meets all limits. It would do to {', or to '.join(ways)}."
    together = _overstepped(options, wishes, names)
    if not together:
        return "No plan holds everything that is locked together with its prerequisites."
    ways = [_way(name, amount, wishes) for name, amount in together.items()]
    return f"No plan meets all limits. At least this would have to change: {'; '.join(ways)}."


def _overstepped(
    options: Sequence[Option], wishes: Wishes, relaxed: Collection[str]
) -> dict[str, float]:
    """Return by how much the limits must be overstepped; empty where that is not enough."""
    shape = shape_of(options, wishes, relaxed)
    found = shape.program.solve(SECONDS)
    if found.values is None:
        return {}
    amounts = {name: float(found.values[variable]) for name, variable in shape.slack.items()}
    return {name: amount for name, amount in amounts.items() if amount > _LEAST}


def _way(name: str, amount: float, wishes: Wishes) -> str:
    return next(iter(_ways(name, amount, wishes)))


def _ways(name: str, amount: float, wishes: Wishes) -> Iterator[str]:
    if name == HOURS_LIMIT:
        month = (wishes.hours + amount) / wishes.months
        yield (
            f"plan {_up(wishes.hours + amount)} hours in place of {wishes.hours:.0f}"
            f" ({_up(month)} a month until {wishes.until})"
        )
    elif name == BUDGET_LIMIT:
        budget = wishes.budget_usd or 0.0
        yield f"raise the budget from ${budget:,.2f} to ${budget + amount:,.2f}"
    elif name == ITEMS_LIMIT:
        yield f"allow {wishes.most_items + amount:.0f} micro-credentials, not {wishes.most_items}"
    else:
        yield _credit_way(name.removeprefix(CREDIT_LIMIT), amount, wishes)


def _credit_way(category: str, amount: float, wishes: Wishes) -> str:
    asked = next(credit for credit in wishes.credits if credit.category == category)
    reached = max(0.0, asked.units - amount)
    of = f" of '{asked.title}'" if category else " in all"
    return (
        f"ask for {_down(reached)} {wishes.unit}{of}, not {asked.units:g}, which is the most that"
        " the rest allows"
    )


def _up(value: float) -> str:
    """Round up to a tenth, so that the amount told is enough."""
    return f"{-(-(value - _LEAST) * 10 // 1) / 10:g}"


def _down(value: float) -> str:
    return f"{(value + _LEAST) * 100 // 1 / 100:g}"
