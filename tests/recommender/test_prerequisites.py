"""What to begin with, in the place of what asks for it."""

import numpy as np
import pytest

from recommender.axes import ABSENT
from recommender.eligibility import exclusions
from recommender.policy import Policy
from recommender.prerequisites import first_steps, missing_prerequisites
from tests.builders import make_catalog, make_states

NAMES = ("first", "second", "third", "other")


def laid(scores, teacher=None, **changes):
    """Return the placed scores and what leads where, by id: third asks for second, for first."""
    rows = {name: {"id": name} for name in NAMES}
    rows["second"]["prerequisites"] = ("first",)
    rows["third"]["prerequisites"] = ("second",)
    for name, change in changes.items():
        rows[name] |= change
    catalog = make_catalog(*rows.values())
    state = make_states(catalog.axes, teacher or {})
    ids = [key[1] for key in catalog.axes.credentials]
    values = np.array([scores.get(id_, 0.0) for id_ in ids], np.float32)
    codes = exclusions(state, catalog, Policy(), "north")
    (placed,), (aims,) = first_steps(values[None], codes[None], state, catalog)
    return (
        dict(zip(ids, placed.tolist(), strict=True)),
        {id_: ids[aim] for id_, aim in zip(ids, aims, strict=True) if aim != ABSENT},
    )


def test_nothing_missing_nothing_moved():
    placed, leads_to = laid(
        {"first": 1}, {"records": [("first", "earned", None)]}, third={"prerequisites": ()}
    )
    assert placed["first"] == 1
    assert leads_to == {}


def test_a_prerequisite_takes_the_place_of_what_asks_for_it():
    placed, leads_to = laid({"first": 0.5, "second": 4}, third={"prerequisites": ()})
    assert placed["first"] == 4
    assert leads_to == {"first": "second"}


def test_the_end_of_a_chain_lifts_its_beginning():
    placed, leads_to = laid({"first": 0.5, "second": 1, "third": 9})
    assert placed["first"] == 9
    assert leads_to == {"first": "third"}


def test_one_that_stands_higher_by_itself_stays_there():
    placed, leads_to = laid({"first": 9, "second": 4})
    assert placed["first"] == 9
    assert leads_to == {}


@pytest.mark.parametrize(
    "change",
    [
        {"first": {"grade_bands": ("K-2",)}},
        {
            "second": {"prerequisites": ("first", "gone")},
            "other": {"id": "gone", "grade_bands": ("K-2",)},
        },
    ],
)
def test_nothing_is_lifted_where_it_does_not_lead_there(change):
    placed, leads_to = laid(
        {"first": 0.5, "second": 4, "third": 9}, {"grade_bands": ("9-12",)}, **change
    )
    assert placed["first"] == 0.5
    assert leads_to == {}


def test_two_that_ask_for_each_other_lead_nowhere():
    placed, leads_to = laid({"second": 4, "third": 9}, second={"prerequisites": ("third",)})
    assert leads_to == {}
    assert placed["second"] == 4


def test_what_is_missing_is_named():
    catalog = make_catalog({"id": "a"}, {"id": "b", "prerequisites": ("a",)})
    assert missing_prerequisites(make_states(catalog.axes, {}), catalog, 1) == [0]
    earned = {"records": [("a", "earned", None)]}
    assert missing_prerequisites(make_states(catalog.axes, earned), catalog, 1) == []
