from datetime import date

import numpy as np
import pytest

from recommender.clock import day_start_ms
from recommender.errors import NotEnoughData
from recommender.teacher_state import UNDATED_MS
from training.quality.school_years import school_year_splits


def _ms(year, month, day=1):
    return day_start_ms(date(year, month, day))


@pytest.fixture
def years(district):
    """Six learners who take up one credential a term from autumn 2020 to spring 2024."""
    terms = [(year, month) for year in range(2020, 2024) for month in (9, 14)]
    records = [
        (t, place, _ms(year + month // 13, (month - 1) % 12 + 1))
        for t in range(6)
        for place, (year, month) in enumerate(terms)
    ]
    return lambda extra=(): district([*records, *extra], size=12, as_of=_ms(2026, 1))


def test_the_last_year_is_judged_and_the_year_before_chooses(years):
    judged, before = school_year_splits(years(), 2)
    assert set(judged.queries.as_of.tolist()) == {_ms(2023, 7) - 1}
    assert sorted(set(judged.relevant.rows.tolist())) == [6, 7]
    assert sorted(set(before.relevant.rows.tolist())) == [4, 5]
    assert set(before.queries.as_of.tolist()) == {_ms(2022, 7) - 1}
    assert before.train.states.records.rows["on"].max() < _ms(2022, 7)


def test_a_year_that_has_hardly_begun_is_passed_over(years):
    judged, _ = school_year_splits(years([(0, 10, _ms(2024, 9))]), 2)
    assert set(judged.queries.as_of.tolist()) == {_ms(2023, 7) - 1}
    assert 10 not in judged.relevant.rows


def test_the_30th_of_june_belongs_to_the_year_that_ends(years):
    judged, _ = school_year_splits(years([(0, 11, _ms(2023, 6, 30))]), 2)
    assert 11 in judged.queries.history.rows["credential"]
    judged, _ = school_year_splits(years([(0, 11, _ms(2023, 7, 1))]), 2)
    assert 11 in judged.relevant.rows


def test_undated_records_are_known_and_never_judged(years):
    judged, _ = school_year_splits(years([(0, 11, UNDATED_MS)]), 2)
    assert 11 not in judged.relevant.rows
    assert 11 in judged.queries.history.rows["credential"]


def test_what_is_missing_is_said(years, district):
    with pytest.raises(NotEnoughData, match="two school years"):
        school_year_splits(years(), 7)
    with pytest.raises(NotEnoughData, match="No record has a date"):
        school_year_splits(district([(0, 0, UNDATED_MS), (1, 1, UNDATED_MS)]), 1)
    one_year = district([(t, c, _ms(2023, 9)) for t in range(3) for c in range(3)])
    with pytest.raises(NotEnoughData):
        school_year_splits(one_year, 1)
    assert np.all(years().states().history.counts == 8)
