"""What is asked of a plan, kept and read again."""

from datetime import date

import pytest

from models.plans.asking import Asked
from recommender.errors import InvalidInput

ASKED = Asked(
    standards=((("F", "1"), None), (("F", "2"), 0.5)),
    hours_a_month=8.0,
    starts_on=date(2026, 9, 1),
    until=date(2027, 5, 31),
    budget_usd=100.0,
    credits=(("literacy", 3.0), ("total", 8.0)),
    locked=(("", "a|b"),),
    left_out=(("north", "c"),),
)


def test_what_was_kept_is_read_as_it_was():
    assert Asked.from_dict(ASKED.to_dict()) == ASKED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"standards": [], "credits": {}}, "Choose a standard to grow on"),
        ({"until": "2026-08-31"}, "end on or after the day"),
        ({"until": "2046-08-31"}, "at most 6 years"),
        ({"hours_a_month": 0.0}, "above 0 and at most 200"),
        ({"hours_a_month": 201.0}, "above 0 and at most 200"),
        (
            {"standards": [{"framework": "F", "code": str(n), "need": None} for n in range(31)]},
            "at most 30 standards",
        ),
    ],
)
def test_wishes_that_make_no_sense_are_refused(changes, words):
    with pytest.raises(InvalidInput, match=words):
        Asked.from_dict(ASKED.to_dict() | changes)
