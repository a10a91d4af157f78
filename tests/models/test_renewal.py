from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fitting.careers import fit_renewal
from models.fitting.options import TrainingOptions
from models.renewal import RenewalConfig
from recommender.facts import FactKind
from recommender.renewal.facts import TeacherFacts
from recommender.vocabulary import RecordStatus
from tests.models.small_district import DAY, NOW, day, earned, small_district, states

DATA = small_district()
EVIDENCE = fit_renewal(DATA, RenewalConfig(), TrainingOptions(seed=1))
SC, AR = TeacherFacts("SC", license_type="Professional"), TeacherFacts("AR")
NC = TeacherFacts("NC", grade_bands=frozenset({"K-2"}))
columns = st.integers(0, len(DATA.catalog) - 1)
some_records = st.lists(
    st.tuples(columns, st.integers(1, 1000)).map(lambda it: earned(0, it[0], NOW - it[1] * DAY)),
    max_size=6,
    unique_by=lambda row: row[1],
)


def scores(teacher=SC, last=date(2028, 6, 30), records=()):
    state = states(1, licences=[(0, teacher, last)], records=records)
    return EVIDENCE.score(state)[0]


@given(st.sampled_from((SC, AR, NC)), st.dates(date(2026, 7, 1), date(2031, 6, 1)), columns)
def test_a_nearer_date_never_lowers_it(teacher, last, column):
    nearer = date(2026, 7, 1) + (last - date(2026, 7, 1)) / 2
    assert scores(teacher, nearer)[column] >= scores(teacher, last)[column]


@given(st.sampled_from((SC, AR, NC)), some_records, columns)
def test_a_record_never_raises_what_another_credential_counts(teacher, records, column):
    before = scores(teacher, records=records)
    more = [row for row in records if row[1] != column] + [earned(0, column, NOW - DAY)]
    after = scores(teacher, records=sorted(more, key=lambda row: row[3]))
    assert (after <= before + 1e-5).all()


@given(st.sampled_from((SC, AR, NC)), some_records, columns)
def test_a_revoked_record_is_as_if_it_had_never_been(teacher, records, column):
    others = [row for row in records if row[1] != column]
    gone = [
        earned(0, column, NOW - 3 * DAY),
        earned(0, column, NOW - DAY, RecordStatus.REVOKED),
    ]
    np.testing.assert_array_equal(
        scores(teacher, records=others), scores(teacher, records=[*others, *gone])
    )


def test_nothing_once_the_need_is_met():
    everything = [earned(0, c, day(2026, 1, 1) + c * DAY) for c in range(len(DATA.catalog))]
    assert not scores(records=everything).any()


def test_a_licence_that_ended_counts_nothing():
    assert not scores(last=date(2026, 6, 29)).any()


def test_wyoming_counts_nothing():
    assert not scores(TeacherFacts("WY")).any()


def test_its_fact_says_amount_rest_day_and_whom_to_ask():
    state = states(1, licences=[(0, NC, date(2028, 6, 30))])
    (fact,) = EVIDENCE.facts(state, 5)
    assert fact.kind is FactKind.COUNTS_FOR_RENEWAL
    assert (fact.amount, fact.remaining) == ("1 CEU", "8 CEUs")
    assert fact.until == day(2028, 6, 30)
    assert fact.confirm_with == "your district (public school unit)"


@pytest.mark.parametrize(
    ("lead_days", "last", "until"),
    [
        (0, date(2029, 12, 31), day(2026, 6, 30)),
        (14, date(2029, 12, 31), day(2027, 6, 30)),
        (14, date(2026, 7, 6), day(2026, 7, 6)),
        (14, date(2026, 6, 30), day(2026, 6, 30)),
    ],
)
def test_what_is_needed_yearly_is_due_at_the_end_of_the_school_year_that_can_be_reached(
    lead_days, last, until
):
    evidence = replace(EVIDENCE, config=RenewalConfig(lead_days=lead_days))
    (fact,) = evidence.facts(states(1, licences=[(0, AR, last)]), 0)
    assert (fact.amount, fact.remaining) == ("5 PD hours", "36 PD hours")
    assert fact.until == until


def test_without_a_licence_nothing_is_said():
    assert not EVIDENCE.score(states(1)).any()
    assert EVIDENCE.facts(states(1), 0) == ()
    assert EVIDENCE.facts(states(1, licences=[(0, NC, date(2028, 6, 30))]), 0, limit=0) == ()


@pytest.mark.parametrize("wrong", [{"half_life_days": 0}, {"size": 1.5}])
def test_refuses_a_configuration_out_of_range(wrong):
    with pytest.raises(ValueError, match="half_life_days"):
        RenewalConfig(**wrong)
