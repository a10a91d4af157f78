"""Placing credits: compared with a linear programme, and held to its invariants."""

from fractions import Fraction
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from recommender.renewal.allocation import BEYOND, Lot, allocate, most

NAMES = ("a", "b", "c")
AMOUNTS = st.fractions(min_value=Fraction(1, 6), max_value=6, max_denominator=6)
LOTS = st.lists(
    st.builds(
        Lot,
        AMOUNTS,
        st.frozensets(st.sampled_from(NAMES)),
        st.none() | st.sampled_from(["g", "h"]),
    ),
    max_size=5,
)
MINIMUMS = st.dictionaries(st.sampled_from(NAMES), AMOUNTS, max_size=3)
CAPS = st.fixed_dictionaries({"g": AMOUNTS, "h": AMOUNTS})


def can_meet(wanted, lots, caps):
    """Ask a linear programme whether some amounts can all be placed."""
    places = [(lot, name) for lot in range(len(lots)) for name in wanted]
    places = [(lot, name) for lot, name in places if name in lots[lot].categories]
    if not places:
        return not wanted
    rows, limits = [], []
    for number, lot in enumerate(lots):
        rows.append([float(place == number) for place, _ in places])
        limits.append(float(lot.units))
    for group, cap in caps.items():
        rows.append([float(lots[place].group == group) for place, _ in places])
        limits.append(float(cap))
    for name, amount in wanted.items():
        rows.append([-float(to == name) for _, to in places])
        limits.append(-float(amount) + 1e-9)
    return linprog(np.zeros(len(places)), A_ub=rows, b_ub=limits).status == 0


@given(LOTS, MINIMUMS, CAPS)
def test_nothing_is_counted_twice_and_caps_hold(lots, minimums, caps):
    placed = allocate(lots, minimums, caps)
    assert all(units > 0 for units in placed.values())
    for number, lot in enumerate(lots):
        assert sum(units for (place, _), units in placed.items() if place == number) <= lot.units
    for group, cap in caps.items():
        used = sum(units for (place, _), units in placed.items() if lots[place].group == group)
        assert used <= cap
    for place, category in placed:
        assert category == BEYOND or category in lots[place].categories
    for name, minimum in minimums.items():
        assert sum(units for (_, to), units in placed.items() if to == name) <= minimum


@given(LOTS, MINIMUMS, CAPS)
def test_all_that_the_caps_allow_is_placed(lots, minimums, caps):
    everything = [Lot(lot.units, frozenset({"x"}), lot.group) for lot in lots]
    assert sum(allocate(lots, minimums, caps).values()) == most("x", everything, caps)


@given(LOTS, MINIMUMS, CAPS)
def test_no_allocation_meets_more_minimums_or_leaves_less_of_them_open(lots, minimums, caps):
    placed = allocate(lots, minimums, caps)
    got = {name: sum(units for (_, to), units in placed.items() if to == name) for name in minimums}
    met = sum(got[name] == minimums[name] for name in minimums)
    if met < len(minimums):
        for more in combinations(minimums, met + 1):
            assert not can_meet({name: minimums[name] for name in more}, lots, caps)
    # f(T) + the minimums outside T bounds what any allocation can place in all of them
    bounds = [
        most(some, lots, caps) + sum(minimums[name] for name in minimums if name not in some)
        for size in range(len(minimums) + 1)
        for some in combinations(minimums, size)
    ]
    assert sum(got.values()) == min(bounds)


@given(LOTS, st.sets(st.sampled_from(NAMES), min_size=1), CAPS)
def test_the_most_that_categories_can_receive_is_that_of_a_linear_programme(lots, names, caps):
    # One category that any of the lots may go to is the same question.
    merged = [
        Lot(lot.units, frozenset({"x"} if lot.categories & names else ()), lot.group)
        for lot in lots
    ]
    amount = most(names, lots, caps)
    assert amount == 0 or can_meet({"x": amount}, merged, caps)
    assert not can_meet({"x": amount + Fraction(1, 100)}, merged, caps)


def test_of_two_minimums_the_one_that_can_be_met_is_met():
    lots = [Lot(Fraction(2), frozenset({"big", "small"}))]
    minimums = {"big": Fraction(3), "small": Fraction(2)}
    assert allocate(lots, minimums, {}) == {(0, "small"): 2}


def test_a_lot_is_split_where_that_meets_more():
    lots = [Lot(Fraction(4), frozenset({"a", "b"})), Lot(Fraction(1), frozenset({"a"}))]
    placed = allocate(lots, {"a": Fraction(3), "b": Fraction(2)}, {})
    assert placed == {(0, "a"): 2, (0, "b"): 2, (1, "a"): 1}


def test_nothing_gives_nothing():
    assert allocate([], {"a": Fraction(1)}, {}) == {}
