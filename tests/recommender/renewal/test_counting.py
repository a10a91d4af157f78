from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.clock import ms_to_date
from recommender.renewal.counting import counts_for_renewal
from recommender.renewal.credit import CreditStatus, credit
from recommender.renewal.facts import Record, TeacherFacts
from tests.models.small_district import NOW, SHELF, small_district, states

CATALOG = small_district().catalog
TEACHERS = (
    TeacherFacts("AR"),
    TeacherFacts("NC", grade_bands=frozenset({"K-2"})),
    TeacherFacts("NC", license_type="Lifetime"),
    TeacherFacts("SC", employer="private_school"),
    TeacherFacts("SC", license_type="Professional"),
    TeacherFacts("WY"),
)


@given(st.sampled_from(TEACHERS), st.none() | st.dates(date(2025, 1, 1), date(2033, 1, 1)))
def test_it_says_what_the_credit_of_each_credential_says(teacher, last):
    found = counts_for_renewal(states(1, licences=[(0, teacher, last)]), CATALOG)
    on = ms_to_date(NOW)
    facts, pack = replace(teacher, license_expires_on=last), SHELF.find(teacher.state, on)
    told = [
        any(
            given_.status is CreditStatus.POSSIBLE
            for given_ in credit(Record.if_earned(one, on), facts, pack)
        )
        for one in CATALOG.credential_facts
    ]
    assert found.tolist() == told


def test_nothing_counts_where_nothing_is_known():
    assert not counts_for_renewal(states(1), CATALOG).any()
    nowhere = states(1, licences=[(0, TeacherFacts("VA"), None)])
    assert not counts_for_renewal(nowhere, CATALOG).any()


def test_is_of_one_teacher():
    with pytest.raises(ValueError, match="exactly one teacher"):
        counts_for_renewal(states(2), CATALOG)
    assert counts_for_renewal(states(1), CATALOG).dtype == np.bool_
