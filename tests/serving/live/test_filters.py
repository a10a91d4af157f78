import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import InvalidInput
from serving.live.filters import Filters, standard_key
from tests.builders import make_catalog, make_states

CATALOG = make_catalog(
    {"id": "a", "hours": 2.0, "cost_usd": 0.0, "issuer": "One", "aligned": {"1a": 1.0}},
    {"id": "b", "hours": 9.0, "cost_usd": 50.0, "issuer": "Two", "aligned": {"2b": 0.1}},
    {"id": "c", "issuer": "one", "format": "Online"},
)
NUMBERS = st.none() | st.floats(0, 100)


def passing(**asked):
    mask = Filters(**asked).mask(CATALOG)
    return {CATALOG.axes.credentials[i][1] for i in np.flatnonzero(mask)}


def test_nothing_asked_is_no_mask():
    assert Filters().mask(CATALOG) is None
    assert Filters(renewal=True).mask(CATALOG) is None
    assert Filters().counting(make_states(CATALOG.axes, {}), CATALOG) is None


def test_each_filter():
    assert passing(standard=("D", "2b")) == {"b"}
    assert passing(issuer="ONE") == {"a", "c"}
    assert passing(format="online") == {"c"}
    assert passing(max_hours=2) == {"a", "c"}
    assert passing(max_cost=0) == {"a", "c"}
    assert passing(max_cost=0, max_hours=1) == {"c"}


def test_an_unknown_standard_is_said_to_be_one():
    with pytest.raises(InvalidInput, match="knows no such standard"):
        passing(standard=("D", "9"))


@given(hours=NUMBERS, cost=NUMBERS, issuer=st.none() | st.sampled_from(["one", "two", "three"]))
def test_filters_together_are_each_of_them(hours, cost, issuer):
    everything = {"a", "b", "c"}
    asked = {"max_hours": hours, "max_cost": cost, "issuer": issuer}
    each = [passing(**{k: v}) for k, v in asked.items() if v is not None]
    together = Filters(**asked).mask(CATALOG)
    found = everything if together is None else passing(**asked)
    assert found == everything.intersection(*each)
    assert issuer or "c" in found


def test_a_code_may_hold_a_colon():
    assert standard_key("F:1:a") == ("F", "1:a")
