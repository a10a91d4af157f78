import numpy as np
import pytest

from features.training_data import TrainingData
from models.fitting.options import TrainingOptions
from models.fitting.popular import fit_popular, weighted_counts
from models.popular import PopularConfig
from recommender.facts import FactKind
from recommender.vocabulary import RecordStatus
from tests.models.small_district import DAY, NOW, catalog, earned, states

CONFIG = PopularConfig(half_life_days=100.0, under_way=0.5)


def data_of(*records, teachers=10):
    made = states(teachers, records=sorted(records, key=lambda row: row[0]))
    return TrainingData(catalog(np.zeros((4, 2))), made, NOW)


def fitted(*records):
    return fit_popular(data_of(*records), CONFIG, TrainingOptions())


def test_the_most_earned_comes_first():
    evidence = fitted(*(earned(t, 1) for t in range(6)), *(earned(t, 2) for t in range(3)))
    scores = evidence.score(states(1))[0]
    assert scores[1] > scores[2] > scores[0] == 0


def test_a_dated_record_ages_and_an_undated_one_does_not():
    counts = weighted_counts(data_of(earned(0, 0, NOW - 100 * DAY), earned(1, 1)), CONFIG)
    assert counts == pytest.approx([0.5, 1.0, 0.0, 0.0])


def test_under_way_counts_less_and_revoked_not_at_all():
    under_way = earned(0, 0, NOW, RecordStatus.ENROLLED)
    revoked = earned(1, 1, NOW, RecordStatus.REVOKED)
    assert weighted_counts(data_of(under_way, revoked), CONFIG) == pytest.approx([0.5, 0, 0, 0])


def test_the_fact_is_a_count_over_many():
    (fact,) = fitted(*(earned(t, 1) for t in range(5))).facts(states(1), 1)
    assert (fact.kind, fact.credential, fact.count) == (FactKind.EARNED_BY, 1, 5)


def test_a_small_count_is_neither_told_nor_kept():
    evidence = fitted(*(earned(t, 1) for t in range(4)))
    assert evidence.facts(states(1), 1) == ()
    assert not evidence.earned_by.any()


def test_only_what_was_earned_is_counted_aloud():
    evidence = fitted(*(earned(t, 1, NOW, RecordStatus.ENROLLED) for t in range(9)))
    assert evidence.facts(states(1), 1) == ()


def test_a_config_says_what_is_allowed():
    with pytest.raises(ValueError, match="under_way from 0 to 1"):
        PopularConfig(under_way=2.0)
