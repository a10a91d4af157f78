"""Exact amounts in a state's own unit, and how they are read."""

from fractions import Fraction
from math import isfinite

from recommender.states.schema import Unit


def exact_hours(hours: float | None) -> Fraction | None:
    """Return hours as the decimal number that was written, or None where they are unknown.

    Zero, negative and infinite hours are as good as unknown: they cannot be told in earnest.
    """
    if hours is None or not isfinite(hours) or hours <= 0:
        return None
    return Fraction(str(hours))


def amount_text(amount: Fraction) -> str:
    """Return an amount as people write it: '3', '1.25', or '13 1/3' where no short decimal is."""
    thousandths = amount * 1000
    if thousandths.denominator == 1:
        whole, rest = divmod(int(thousandths), 1000)
        return f"{whole}.{rest:03d}".rstrip("0").rstrip(".") if rest else str(whole)
    whole, part = divmod(amount, 1)
    return f"{whole} {part}" if whole else str(part)


def with_unit(amount: Fraction, unit: Unit) -> str:
    """Return an amount with its unit: '1 CEU', '1.5 CEUs'."""
    return f"{amount_text(amount)} {unit.one if amount == 1 else unit.many}"
