"""The plan that needs no search keeps every limit, and no plan is better than its bound."""

import pytest
from hypothesis import given, settings

from recommender.errors import NoPlan
from recommender.planning import program
from recommender.planning.greedy import greedy_start, least_value, value_of
from recommender.planning.plan import make_plan, plannable, worthwhile
from recommender.planning.program import Solution
from recommender.planning.shape import shape_of
from recommender.planning.wishes import TOTAL, Credit, CreditAsked
from tests.recommender.planning.small_plans import (
    allowed,
    best_by_trying,
    cases,
    key,
    names,
    option,
    value,
    wishes,
)


def start_of(options, asked):
    useful = worthwhile(plannable(options, asked), asked)
    shape = shape_of(useful, asked)
    start = greedy_start(useful, asked, shape)
    if start.yes is None:
        return None, start
    return [useful[shape.items.index(item)] for item in start.yes], start


def nothing(form, upper, seconds):
    return Solution(None, float("inf"), -float("inf"), timed_out=True)


@pytest.fixture
def without_time(monkeypatch):
    """Let every search end with nothing, as on a machine that has no time for it."""
    monkeypatch.setattr(program, "_search", nothing)


@settings(max_examples=200, deadline=None)
@given(cases())
def test_it_keeps_every_limit_and_is_never_better_than_the_bound(case):
    options, asked = case
    best = best_by_trying(options, asked)
    if not asked.locked <= {each.key for each in plannable(options, asked)}:
        return
    chosen, start = start_of(options, asked)
    if chosen is None:
        assert best is None or asked.credits
    else:
        assert allowed(chosen, asked)
        assert -start.value == pytest.approx(value(chosen, asked))
        assert value(chosen, asked) <= best + 1e-9
    if best is not None:
        assert -start.bound >= best - 1e-9


@settings(max_examples=100, deadline=None)
@given(cases())
def test_a_set_is_worth_to_it_what_it_is_worth(case):
    options, asked = case
    assert -value_of(options, asked) == pytest.approx(value(options, asked))
    assert least_value(options, asked) <= value_of([], asked)


@settings(max_examples=60, deadline=None)
@given(case=cases())
def test_a_plan_without_time_tells_its_gap(case):
    options, asked = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(program, "_search", nothing)
        try:
            plan = make_plan(options, asked)
        except NoPlan:
            assert asked.credits or best_by_trying(options, asked) is None
            return
    chosen = [next(o for o in options if o.key == item.key) for item in plan.items]
    assert allowed(chosen, asked)
    order = names(plan)
    for each in chosen:
        assert all(order.index(f[1]) < order.index(each.key[1]) for f in each.prerequisites)
    worth = value(chosen, asked)
    assert plan.gap >= 0
    assert worth + plan.gap * max(abs(worth), 1e-6) >= best_by_trying(options, asked) - 2e-4


@pytest.mark.usefixtures("without_time")
class TestWithoutTime:
    def test_there_is_a_plan_and_its_gap(self):
        plan = make_plan([option(f"c{n}", 0.3, 0.3) for n in range(20)], wishes(most_items=2))
        assert len(plan.items) == 2
        assert not plan.proven
        assert 0 < plan.gap < 1

    def test_what_is_locked_is_in_it_with_what_goes_first(self):
        options = [
            option("z", 0, 0),
            option("a", 0.1, 0, prerequisites=(key("z"),)),
            *(option(f"c{n}", 0.5, 0.5) for n in range(5)),
        ]
        plan = make_plan(options, wishes(locked=frozenset([key("a")]), most_items=3))
        assert [name for name in names(plan) if name in "az"] == ["z", "a"]
        assert len(plan.items) == 3

    def test_credit_is_given_to_the_category_that_lacks_it(self):
        options = [
            option("both", 0, 0, credit=Credit(2.0, frozenset("ab"))),
            option("only", 0, 0, credit=Credit(2.0, frozenset("a"))),
            option("other", 1, 1),
        ]
        asked = (CreditAsked("a", "A", 2.0), CreditAsked("b", "B", 2.0))
        plan = make_plan(options, wishes(credits=asked))
        assert {"both", "only"} <= set(names(plan))

    def test_a_cap_lets_no_more_count(self):
        options = [
            *(option(f"w{n}", hours=1, credit=Credit(2.0, group="workshops")) for n in range(4)),
            option("m", 0, 0, hours=20, credit=Credit(2.0)),
        ]
        asked = (CreditAsked(TOTAL, "", 4.0),)
        plan = make_plan(options, wishes(credits=asked, caps={"workshops": 2.0}))
        assert "m" in names(plan)

    def test_where_the_steps_meet_no_limit_it_is_said(self):
        asked = (CreditAsked("a", "A", 2.0),)
        with pytest.raises(NoPlan, match="in time"):
            make_plan([option("x", 1, 1)], wishes(credits=asked))


def test_a_long_chain_of_prerequisites_is_no_trouble():
    chain = [
        option(f"c{n:04}", 0, 0, hours=0.001, prerequisites=(key(f"c{n - 1:04}"),) if n else ())
        for n in range(1500)
    ]
    asked = wishes(locked=frozenset([key("c1499")]), most_items=1500)
    useful = worthwhile(chain, asked)
    assert len(greedy_start(useful, asked, shape_of(useful, asked)).yes) == 1500
