"""Small catalogs and wishes, and the best plan by trying every set."""

from datetime import date
from itertools import combinations

from hypothesis import strategies as st

from recommender.planning.shape import HOURS, STACK, TASTE
from recommender.planning.wishes import TOTAL, Credit, CreditAsked, Growth, Option, Wishes

START, END = date(2026, 9, 1), date(2026, 12, 31)
TITLES = ("Planning", "Questioning")


def option(name, *gains, **more):
    return Option(
        ("", name), name.title(), gains or (1.0, 0.0), **({"hours": 10.0, "cost_usd": 0.0} | more)
    )


def wishes(**more):
    growth = tuple(
        Growth(("F", str(place)), title, 1.0) for place, title in enumerate(TITLES, start=1)
    )
    standard = {"growth": growth, "hours_a_month": 10.0, "starts_on": START, "until": END}
    return Wishes(**(standard | more))


def key(name):
    return ("", name)


def names(plan):
    return [item.key[1] for item in plan.items]


@st.composite
def cases(draw):
    """Up to seven options with everything that an option may have, and limits."""
    count = draw(st.integers(1, 7))
    options = []
    for number in range(count):
        earlier = [key(f"c{other}") for other in range(number)]
        units = draw(st.sampled_from([0.0, 0.0, 1.0, 1.5]))
        options.append(
            option(
                f"c{number}",
                draw(st.sampled_from([0.0, 0.4, 1.0])),
                draw(st.sampled_from([0.0, 0.7])),
                hours=draw(st.sampled_from([None, 4.0, 10.0, 25.0])),
                cost_usd=draw(st.sampled_from([None, 0.0, 50.0])),
                stack=draw(st.sampled_from(["", "", "S", "T"])),
                prerequisites=tuple(
                    draw(st.lists(st.sampled_from(earlier), max_size=1)) if earlier else ()
                ),
                credit=Credit(units, frozenset(draw(st.sets(st.sampled_from("ab")))))
                if units
                else None,
                taste=draw(st.sampled_from([0.0, 0.5, 1.0])),
            )
        )
    keys = [each.key for each in options]
    asked = draw(
        st.sampled_from([(), (), (("a", 1.0),), (("a", 1.0), ("b", 1.0)), ((TOTAL, 2.0),)])
    )
    return options, wishes(
        hours_a_month=draw(st.sampled_from([1.0, 5.0, 12.0])),
        budget_usd=draw(st.sampled_from([None, 0.0, 60.0])),
        credits=tuple(CreditAsked(name, name.upper(), units) for name, units in asked),
        most_items=draw(st.sampled_from([1, 2, 6])),
        locked=frozenset(draw(st.lists(st.sampled_from(keys), max_size=1))),
        left_out=frozenset(draw(st.lists(st.sampled_from(keys), max_size=1))),
    )


def allowed(chosen, asked):
    """Say whether a set keeps every limit; the categories by Hall's rule for two."""
    keys = {each.key for each in chosen}
    return (
        sum(asked.hours_of(each) for each in chosen) <= asked.hours + 1e-6
        and len(chosen) <= asked.most_items
        and (
            asked.budget_usd is None
            or (
                sum(each.cost_usd or 0.0 for each in chosen) <= asked.budget_usd + 1e-6
                and all(each.cost_usd is not None or each.key in asked.locked for each in chosen)
            )
        )
        and all(first in keys for each in chosen for first in each.prerequisites)
        and asked.locked <= keys
        and not asked.left_out & keys
        and credited(chosen, asked)
    )


def credited(chosen, asked):
    categories = [credit for credit in asked.credits if credit.category != TOTAL]
    total = sum(each.credit.units for each in chosen if each.credit)
    if any(credit.units > total + 1e-6 for credit in asked.credits if credit.category == TOTAL):
        return False
    return all(
        sum(credit.units for credit in some)
        <= 1e-6
        + sum(
            each.credit.units
            for each in chosen
            if each.credit and each.credit.categories & {credit.category for credit in some}
        )
        for size in range(1, len(categories) + 1)
        for some in combinations(categories, size)
    )


def value(chosen, asked):
    needs = sum(growth.need for growth in asked.growth)
    cover = sum(
        growth.need * min(1.0, sum(each.gains[place] for each in chosen))
        for place, growth in enumerate(asked.growth)
    )
    stacks = {each.stack or each.key for each in chosen}
    return (
        cover / needs
        - STACK * len(stacks)
        - HOURS * sum(asked.hours_of(each) for each in chosen) / max(asked.hours, 1.0)
        + TASTE * sum(each.taste for each in chosen) / asked.most_items
    )


def useful(options, asked):
    """Return what can do something for a plan and what comes before it: taste alone is nothing."""
    keys = {
        each.key
        for each in options
        if any(each.gains) or each.key in asked.locked or (asked.credits and each.credit)
    }
    for each in reversed(options):  # what comes before another stands before it
        if each.key in keys:
            keys.update(each.prerequisites)
    return [each for each in options if each.key in keys]


def best_by_trying(options, asked):
    """Return the value of the best set, None where no set keeps the limits."""
    some = useful(options, asked)
    values = [
        value(chosen, asked)
        for size in range(len(some) + 1)
        for chosen in combinations(some, size)
        if allowed(chosen, asked)
    ]
    return max(values, default=None)
