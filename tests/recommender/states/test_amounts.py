from fractions import Fraction

import pytest

from recommender.states.amounts import amount_text, exact_hours, with_unit
from recommender.states.schema import Unit


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(3), "3"),
        (Fraction(3, 2), "1.5"),
        (Fraction(1, 8), "0.125"),
        (Fraction(40, 3), "13 1/3"),
        (Fraction(1, 3), "1/3"),
        (Fraction(1, 16), "1/16"),
        (Fraction(120), "120"),
    ],
)
def test_amounts_are_read_as_people_write_them(amount, text):
    assert amount_text(amount) == text


def test_one_is_singular():
    unit = Unit(one="CEU", many="CEUs")
    assert with_unit(Fraction(1), unit) == "1 CEU"
    assert with_unit(Fraction(1, 2), unit) == "0.5 CEUs"


@pytest.mark.parametrize("hours", [None, 0.0, -1.0, float("nan"), float("inf")])
def test_hours_that_tell_nothing_are_unknown(hours):
    assert exact_hours(hours) is None


def test_hours_are_the_decimal_number_that_was_written():
    assert exact_hours(0.1) == Fraction(1, 10)
    assert exact_hours(12) == 12
