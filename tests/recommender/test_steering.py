"""Pins and goals in front of a list."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from recommender.clock import day_start_ms
from recommender.eligibility import Exclusion, exclusions
from recommender.policy import Policy
from recommender.slate import slate
from recommender.steering import acted_on, front_of, put_in_front
from recommender.teacher_state import ACT, Ragged
from recommender.vocabulary import ActKind
from tests.builders import make_catalog, make_states

CATALOG = make_catalog(*({"id": f"c{number}"} for number in range(6)))
SCORES = np.array([6, 5, 4, 3, 2, 1], dtype=np.float32)
EVERY = np.ones(6, dtype=bool)
BEFORE = day_start_ms(date(2026, 6, 1))


def state(**acts):
    rows = np.array([(int(name[1:]), kind.code, BEFORE) for name, kind in acts.items()], dtype=ACT)
    made = make_states(CATALOG.axes, {})
    return replace(made, acts=Ragged.group(np.zeros(len(rows), dtype=np.int64), rows, 1))


def listed(made, k, after=None, only=EVERY):
    front = list(front_of(made, SCORES, EVERY))
    others = EVERY.copy()
    others[front] = False

    def rest(k, after):
        return slate(SCORES, others, CATALOG, k, after, only=None if only.all() else only)

    return put_in_front(front, only, k, after, rest)


def test_pins_come_first_then_goals_then_the_rest_as_without_them():
    made = state(c5=ActKind.PIN, c4=ActKind.GOAL, c3=ActKind.PIN)
    shown, ahead = listed(made, 6)
    assert shown.columns == (3, 5, 4, 0, 1, 2)
    assert (shown.first_rank, shown.total, ahead) == (1, 6, 3)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_pages_put_together_are_the_whole_list(k):
    made = state(c5=ActKind.PIN, c4=ActKind.GOAL)
    whole, after, ranks = [], None, []
    while len(whole) < 6:
        shown, _ = listed(made, k, after)
        ranks += range(shown.first_rank, shown.first_rank + len(shown.columns))
        whole += shown.columns
        after = whole[-1]
    assert whole == [5, 4, 0, 1, 2, 3]
    assert ranks == [1, 2, 3, 4, 5, 6]


def test_a_filter_takes_pins_out_as_well():
    only = np.array([True, True, False, False, False, False])
    shown, ahead = listed(state(c5=ActKind.PIN), 3, only=only)
    assert (shown.columns, shown.total, ahead) == ((0, 1), 2, 0)


def test_what_may_not_be_suggested_stands_nowhere():
    assert front_of(state(c5=ActKind.PIN), SCORES, EVERY & (SCORES > 1)) == {}


def test_nobody_acted():
    made = make_states(CATALOG.axes, {})
    assert len(acted_on(made, ActKind.PIN)) == 0
    assert listed(made, 2)[0].columns == (0, 1)


def test_a_veto_takes_out_with_its_own_rule():
    codes = exclusions(state(c2=ActKind.VETO, c1=ActKind.PIN), CATALOG, Policy(), "d")
    assert [Exclusion.from_code(code) for code in codes[:4]] == [
        *(Exclusion.ELIGIBLE, Exclusion.ELIGIBLE, Exclusion.VETOED, Exclusion.ELIGIBLE),
    ]
    assert "coach took it out" in Exclusion.VETOED.text()
