"""In which order to take up the micro-credentials of a plan, and when."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Final

from recommender.axes import CredentialKey
from recommender.planning.wishes import DAYS_A_MONTH, Option, Wishes

_DAY: Final = timedelta(days=1)
_QUARTER: Final = 0.25
"""Least hours in a rate: what takes none at all is not infinitely worth while."""


def ordered(chosen: Sequence[Option], wishes: Wishes) -> list[Option]:
    """Return the options in an order that puts every prerequisite first.

    Of those that may come next: what is under way, then the stack that was just worked on, then
    what covers most of the need still open an hour, then by key.
    """
    left = {option.key: option for option in chosen}
    covered = [0.0] * len(wishes.growth)
    made: list[Option] = []
    while left:
        free = [o for o in left.values() if not any(first in left for first in o.prerequisites)]
        last = made[-1].stack if made else ""
        chosen_next = min(free, key=partial(_place, last=last, covered=covered, wishes=wishes))
        del left[chosen_next.key]
        made.append(chosen_next)
        covered = [
            min(1.0, old + gain) for old, gain in zip(covered, chosen_next.gains, strict=True)
        ]
    return made


def dated(order: Sequence[Option], wishes: Wishes) -> Iterator[tuple[Option, tuple[date, date]]]:
    """Yield each option with its first and last day, one after the other at the same pace."""
    hours_a_day = wishes.hours_a_month / DAYS_A_MONTH
    total = (wishes.until - wishes.starts_on).days
    done = 0.0
    for option in order:
        first = min(total, int(done / hours_a_day + 1e-9))
        done += wishes.hours_of(option)
        last = min(total, max(first, int(-(-(done - 1e-9) // hours_a_day)) - 1))
        yield option, (wishes.starts_on + first * _DAY, wishes.starts_on + last * _DAY)


def _place(
    option: Option, last: str, covered: Sequence[float], wishes: Wishes
) -> tuple[bool, bool, float, CredentialKey]:
    new = _newly_covered(option, covered, wishes) / max(wishes.hours_of(option), _QUARTER)
    same = bool(option.stack) and option.stack == last
    return not option.under_way, not same, -new, option.key


def _newly_covered(option: Option, covered: Sequence[float], wishes: Wishes) -> float:
    return sum(
        growth.need * (min(1.0, old + gain) - old)
        for growth, old, gain in zip(wishes.growth, covered, option.gains, strict=True)
    )
