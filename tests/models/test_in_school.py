import numpy as np
import pytest

from features.training_data import TrainingData
from models.fitting.in_school import fit_in_school
from models.fitting.options import TrainingOptions
from models.in_school import InSchoolConfig
from recommender.facts import FactKind
from tests.models.small_district import DAY, NOW, catalog, earned, states

NORTH, SOUTH, TINY = 11, 12, 13
DISTRICT, OTHER = 5, 6


def district(*, age_days=10, lately=0):
    """Ten teachers of each of two schools and two of a third; the north takes up credential 0."""
    schools = [(NORTH, DISTRICT)] * 10 + [(SOUTH, DISTRICT)] * 10 + [(TINY, OTHER)] * 2
    records = [earned(t, lately, NOW - age_days * DAY) for t in range(8)]
    records += [earned(t, 1, NOW - 10 * DAY) for t in range(10, 14)]
    records += [earned(20, 2, NOW - 10 * DAY)]
    return TrainingData(
        catalog(np.zeros((4, 6))), states(22, records=records, schools=schools), NOW
    )


def fitted(data=None, **config):
    return fit_in_school(data or district(), InSchoolConfig(**config), TrainingOptions())


def at(school, of):
    return states(1, schools=[(school, of)])


def test_what_the_own_school_took_up_comes_first():
    evidence = fitted()
    (north,), (south,) = evidence.score(at(NORTH, DISTRICT)), evidence.score(at(SOUTH, DISTRICT))
    assert north.argmax() == 0
    assert south.argmax() == 1
    assert north[1] > north[3]


def test_a_school_is_a_mean_of_its_own_and_its_district():
    evidence = fitted(few=2.0)
    raw = evidence.score(at(NORTH, DISTRICT)) * evidence.scale
    assert raw.sum() == pytest.approx(1, rel=1e-5)
    assert evidence.table.sum(axis=1) == pytest.approx(1, rel=1e-5)


def test_what_is_long_ago_counts_less():
    late, old = fitted(district(age_days=10)), fitted(district(age_days=900))
    assert late.share.max() > old.share[old.column == 0].max(initial=0)


def test_a_school_of_few_teachers_says_nothing_of_its_own():
    evidence = fitted()
    assert TINY not in evidence.schools
    np.testing.assert_array_equal(evidence.score(at(TINY, OTHER)), evidence.score(at(99, OTHER)))


def test_an_unknown_district_is_as_all():
    evidence = fitted()
    (scores,) = evidence.score(at(98, 99))
    np.testing.assert_allclose(scores * evidence.scale, evidence.table[-1], rtol=1e-6)


def test_it_counts_aloud_only_where_five_or_more_hold_it():
    evidence = fitted()
    (fact,) = evidence.facts(at(NORTH, DISTRICT), 0)
    assert (fact.kind, fact.count) == (FactKind.EARNED_IN_SCHOOL, 8)
    assert evidence.facts(at(SOUTH, DISTRICT), 1) == ()
    assert evidence.facts(at(NORTH, DISTRICT), 0, limit=0) == ()
    assert evidence.facts(at(99, DISTRICT), 0) == ()


def test_without_schools_there_is_nothing_to_say():
    bare = TrainingData(catalog(np.zeros((4, 6))), states(6, records=[earned(0, 1)]), NOW)
    assert not fitted(bare).score(states(2)).any()


@pytest.mark.parametrize("config", [{"half_life_days": 0}, {"few": 0}, {"fewest": 0}])
def test_numbers_out_of_range_are_refused(config):
    with pytest.raises(ValueError, match="must be"):
        InSchoolConfig(**config)
