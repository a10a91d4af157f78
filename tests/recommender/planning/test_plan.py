"""Growth plans: limits, prerequisites, locks, the optimum, and what is said where there is none."""

import pytest
from hypothesis import given, settings

from recommender.errors import NoPlan
from recommender.planning.plan import make_plan, plannable
from recommender.planning.wishes import TOTAL, Credit, CreditAsked, Growth
from tests.recommender.planning.small_plans import (
    END,
    START,
    allowed,
    best_by_trying,
    cases,
    key,
    names,
    option,
    value,
    wishes,
)
from tests.waiting import PATIENCE_S

NORTH_CAROLINA = (
    CreditAsked("subject", "Subject area", 3.0),
    CreditAsked("literacy", "Literacy", 3.0),
    CreditAsked("general", "General", 2.0),
)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_a_plan_keeps_every_limit_and_is_the_best_there_is(case):
    options, asked = case
    best = best_by_trying(options, asked)
    if best is None:
        with pytest.raises(NoPlan):
            make_plan(options, asked, PATIENCE_S)
        return
    plan = make_plan(options, asked, PATIENCE_S)
    chosen = [next(o for o in options if o.key == item.key) for item in plan.items]
    assert allowed(chosen, asked)
    assert plan.proven
    assert plan.gap == 0.0
    assert value(chosen, asked) == pytest.approx(best, abs=2e-4)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_prerequisites_come_first_and_days_follow_each_other(case):
    options, asked = case
    if best_by_trying(options, asked) is None:
        return
    plan = make_plan(options, asked)
    order = [item.key for item in plan.items]
    by_key = {each.key: each for each in options}
    for place, item in enumerate(plan.items):
        assert all(order.index(first) < place for first in by_key[item.key].prerequisites)
        assert START <= item.starts_on <= item.ends_on <= END
    starts = [item.starts_on for item in plan.items]
    assert starts == sorted(starts)
    assert {item.key for item in plan.items if item.locked} == set(asked.locked)


def test_the_same_wishes_give_the_same_plan_whatever_the_order_of_the_options():
    options = [option(f"c{n}", n / 10, 1 - n / 10, taste=n / 10) for n in range(10)]
    assert make_plan(options, wishes()) == make_plan(options[::-1], wishes())


def test_one_that_develops_both_goes_before_two_that_develop_one_each():
    plan = make_plan([option("a", 1, 0), option("b", 0, 1), option("both", 1, 1)], wishes())
    assert names(plan) == ["both"]
    assert plan.covered == 1.0


def test_the_greater_need_is_covered_first():
    growth = (Growth(("F", "1"), "Planning", 0.2), Growth(("F", "2"), "Questioning", 0.8))
    plan = make_plan([option("a", 1, 0), option("b", 0, 1)], wishes(growth=growth, most_items=1))
    assert names(plan) == ["b"]
    assert plan.covered == pytest.approx(0.8)
    assert [covered.cover for covered in plan.growth] == [0.0, 1.0]


def test_two_of_one_stack_go_before_one_of_two():
    options = [
        option("a", 1, 0, stack="One"),
        option("b", 0, 1, stack="Two"),
        option("c", 0, 1, stack="One"),
    ]
    plan = make_plan(options, wishes())
    assert names(plan) == ["a", "c"]
    assert "2 of these belong to the stack 'One'." in plan.notes


def test_of_equal_plans_the_one_the_teacher_is_likelier_to_take_up():
    plan = make_plan([option("a", 1, 1), option("b", 1, 1, taste=1.0)], wishes())
    assert names(plan) == ["b"]


def test_a_prerequisite_is_planned_along_even_if_it_covers_nothing():
    plan = make_plan([option("z", 0, 0), option("a", 1, 1, prerequisites=(key("z"),))], wishes())
    assert names(plan) == ["z", "a"]


def test_a_ring_or_an_unknown_prerequisite_can_not_be_planned():
    options = [
        option("a", prerequisites=(key("b"),)),
        option("b", prerequisites=(key("a"),)),
        option("c", prerequisites=(key("nowhere"),)),
        option("d"),
    ]
    assert [each.key for each in plannable(options, wishes())] == [key("d")]


def test_what_is_left_out_takes_along_what_asks_for_it():
    options = [option("z", 0, 1), option("a", 1, 1, prerequisites=(key("z"),)), option("b", 1, 0)]
    assert names(make_plan(options, wishes(left_out=frozenset([key("z")])))) == ["b"]


def test_a_locked_one_stays_even_if_another_would_be_better():
    options = [option("a", 0.1, 0, hours=30), option("b", 1, 1)]
    plan = make_plan(options, wishes(locked=frozenset([key("a")]), most_items=1))
    assert names(plan) == ["a"]
    assert plan.items[0].locked


def test_north_carolinas_categories_are_limits_like_any_other():
    options = [
        *(option(f"s{n}", 0, 0, credit=Credit(1.0, frozenset(["subject"]))) for n in range(4)),
        option("both", 1, 0, credit=Credit(3.0, frozenset(["subject", "literacy"]))),
        option("l", 0, 0, credit=Credit(2.0, frozenset(["literacy"]))),
        option("g", 0, 0, credit=Credit(2.0, frozenset(["general"]))),
    ]
    plan = make_plan(options, wishes(credits=NORTH_CAROLINA, hours_a_month=20.0, unit="CEU"))
    assert {"l", "both", "g"} <= set(names(plan))
    assert len([name for name in names(plan) if name.startswith("s")]) == 1
    assert plan.units == 8.0
    assert any("confirm with your district" in note for note in plan.notes)


def test_a_credit_is_never_counted_in_two_categories():
    options = [option("both", 1, 0, credit=Credit(3.0, frozenset(["subject", "literacy"])))]
    asked = wishes(credits=NORTH_CAROLINA[:2], unit="CEU")
    with pytest.raises(NoPlan, match=r"0 CEU of '(Subject area|Literacy)'"):
        make_plan(options, asked)


def test_a_cap_lets_no_more_count():
    options = [option(f"w{n}", credit=Credit(2.0, group="workshops")) for n in range(3)]
    asked = (CreditAsked(TOTAL, "", 3.0),)
    assert len(make_plan(options, wishes(credits=asked, caps={"workshops": 4.0})).items) == 2
    with pytest.raises(NoPlan, match="ask for 2 units in all, not 3"):
        make_plan(options, wishes(credits=asked, caps={"workshops": 2.0}))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"hours_a_month": 1.0}, r"plan 10 hours in place of 4 \(2\.5 a month until 2026-12-31\)"),
        ({"budget_usd": 20.0}, r"raise the budget from \$20.00 to \$50.00"),
        ({"most_items": 0}, "allow 1 micro-credentials, not 0"),
    ],
)
def test_the_limit_that_stands_in_the_way_is_named_with_what_would_do(more, words):
    locked = option("a", cost_usd=50.0)
    with pytest.raises(NoPlan, match=words):
        make_plan([locked], wishes(locked=frozenset([locked.key]), **more))


def test_where_several_limits_stand_in_the_way_all_are_named():
    locked = option("a", cost_usd=50.0)
    asked = wishes(locked=frozenset([locked.key]), budget_usd=20.0, hours_a_month=1.0)
    with pytest.raises(NoPlan, match=r"At least this would have to change: plan 10 .*; raise the"):
        make_plan([locked], asked)


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        (["a"], "'A' is locked and left out at once"),
        (["z"], "'A' is locked, but it asks for 'Z' first, which this plan may not hold"),
    ],
)
def test_a_lock_that_cannot_hold_is_said_so(left_out, words):
    options = [option("z"), option("a", prerequisites=(key("z"),))]
    asked = wishes(locked=frozenset([key("a")]), left_out=frozenset(key(n) for n in left_out))
    with pytest.raises(NoPlan, match=words):
        make_plan(options, asked)


def test_a_locked_one_that_is_no_option_is_said_so():
    with pytest.raises(NoPlan, match="'x' is locked, but it may not be suggested to this teacher"):
        make_plan([option("a")], wishes(locked=frozenset([key("x")])))


def test_unknown_hours_are_taken_as_usual_and_said():
    plan = make_plan([option("a", 1, 1, hours=None)], wishes())
    assert (plan.items[0].hours, plan.items[0].hours_known) == (15.0, False)
    assert any("not known; 15 are taken" in note for note in plan.notes)


def test_an_unknown_cost_has_no_place_in_a_budget_and_that_is_said():
    options = [option("a", 1, 1, cost_usd=None), option("b", 1, 0)]
    assert names(make_plan(options, wishes())) == ["a"]
    plan = make_plan(options, wishes(budget_usd=100.0))
    assert names(plan) == ["b"]
    assert (
        "1 micro-credential was left out, since the cost is not known and there is a budget."
        in (plan.notes)
    )


def test_a_standard_that_nothing_develops_is_said():
    plan = make_plan([option("a", 1, 0)], wishes())
    assert "No micro-credential that may be planned develops 'Questioning'." in plan.notes


def test_no_options_make_an_empty_plan():
    plan = make_plan([], wishes())
    assert (plan.items, plan.covered, plan.proven) == ((), 0.0, True)
