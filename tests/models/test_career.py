from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.career import CareerConfig
from models.fitting.careers import fit_career
from models.fitting.options import TrainingOptions
from recommender.facts import FactKind
from recommender.vocabulary import RecordStatus
from tests.models.small_district import DAY, FOREVER, NOW, day, earned, small_district, states

PLAIN = small_district()
CARDS = tuple(
    replace(card, stack="S" if column % 5 == 2 else "")
    for column, card in enumerate(PLAIN.catalog.cards)
)
DATA = replace(PLAIN, catalog=replace(PLAIN.catalog, cards=CARDS))
EVIDENCE = fit_career(DATA, CareerConfig(later=0.5), TrainingOptions(seed=1))
LEAD, STACK = 0, 1
columns = st.integers(0, len(DATA.catalog) - 1)


def goal(pathway=LEAD, set_by=0):
    return (0, pathway, set_by, day(2026, 3, 1), FOREVER)


def scores(*goals, records=()):
    return EVIDENCE.score(states(1, pathways=goals, records=records))[0] * EVIDENCE.scale


def steps(*goals, records=()):
    found = scores(*goals, records=records)
    return {int(c): round(float(found[c]), 3) for c in np.flatnonzero(found)}


def test_the_next_step_counts_most_and_the_rest_of_the_way_less():
    assert steps(goal()) == {3: 1.0, 4: 0.5}
    assert steps(goal(STACK)) == {2: 1.0, 7: 0.5, 12: 0.5}


def test_an_earned_step_makes_the_one_after_it_the_next():
    assert steps(goal(), records=[earned(0, 3, day(2026, 5, 1))]) == {4: 1.0}
    assert steps(goal(), records=[earned(0, c, day(2026, 5, c)) for c in (3, 4)]) == {}


def test_a_step_under_way_makes_room_for_the_one_after_it():
    begun = earned(0, 3, day(2026, 5, 1), RecordStatus.ENROLLED)
    assert steps(goal(), records=[begun]) == {4: 1.0}


@given(columns, st.integers(1, 900))
def test_a_revoked_record_is_as_if_it_had_never_been(column, days):
    gone = [
        earned(0, column, NOW - days * DAY),
        earned(0, column, NOW - days * DAY + DAY // 2, RecordStatus.REVOKED),
    ]
    assert steps(goal(STACK), records=gone) == steps(goal(STACK))


def test_what_was_earned_again_after_a_revocation_is_held():
    records = [
        earned(0, 3, day(2026, 1, 1)),
        earned(0, 3, day(2026, 2, 1), RecordStatus.REVOKED),
        earned(0, 3, day(2026, 3, 1)),
    ]
    assert steps(goal(), records=records) == {4: 1.0}


def test_of_two_pathways_the_nearer_step_counts():
    both = steps(goal(), goal(STACK))
    assert both == {2: 1.0, 3: 1.0, 4: 0.5, 7: 0.5, 12: 0.5}


def test_who_chose_no_pathway_has_no_next_step():
    assert not EVIDENCE.score(states(2)).any()
    assert EVIDENCE.facts(states(1), 3) == ()


def test_its_facts_name_the_pathway_the_step_and_who_chose_it():
    state = states(1, pathways=[goal(set_by=1)])
    (fact,) = EVIDENCE.facts(state, 4)
    assert (fact.kind, fact.pathway, fact.step) == (FactKind.PATHWAY, "Lead", 2)
    assert (fact.set_by, fact.on) == ("coach", day(2026, 3, 1))
    assert EVIDENCE.facts(state, 9) == ()


def test_a_retired_credential_is_no_part_of_its_stack_unless_it_is_held():
    retired = EVIDENCE.retired_on.copy()
    retired[7] = day(2026, 1, 1)
    found = replace(EVIDENCE, retired_on=retired).score(states(1, pathways=[goal(STACK)]))[0]
    assert np.flatnonzero(found).tolist() == [2, 12]


def test_prerequisites_come_first_in_a_stack():
    asks = replace(
        EVIDENCE,
        after=np.array([2], dtype=np.int32),
        before=np.array([12], dtype=np.int32),
    )
    found = asks.score(states(1, pathways=[goal(STACK)]))[0] * asks.scale
    assert found[12] == pytest.approx(1.0)
    assert found[2] == found[7] == pytest.approx(0.5)


def test_hours_come_back_exactly():
    again = type(EVIDENCE).restore(EVIDENCE.arrays(), EVIDENCE.settings(), len(DATA.catalog))
    assert again.credentials[3].hours == Fraction(8)
    assert again.credentials[3].key == ("", "c0003")


def test_refuses_a_share_out_of_range():
    with pytest.raises(ValueError, match="later"):
        CareerConfig(later=2.0)
