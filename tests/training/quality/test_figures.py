import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from training.metrics import LearnerFigures, summarise
from training.quality.figures import RESAMPLES, compare, gini, interval, resampled_means

LISTS = arrays(np.int32, st.tuples(st.integers(1, 12), st.just(10)), elements=st.integers(-1, 14))


def _counts(top, credentials):
    counts = [0] * credentials
    for row in top.tolist():
        for column in row:
            if column >= 0:
                counts[column] += 1
    return counts


@given(LISTS)
def test_gini_is_the_mean_difference_of_any_two_credentials(top):
    counts = _counts(top, 15)
    if not sum(counts):
        assert np.isnan(gini(top, 15))
        return
    apart = sum(abs(one - other) for one in counts for other in counts)
    assert gini(top, 15) == pytest.approx(apart / (2 * 15 * sum(counts)))


def test_gini_is_0_where_all_are_shown_alike_and_near_1_where_one_is():
    assert gini(np.arange(20, dtype=np.int32).reshape(2, 10), 20) == pytest.approx(0)
    one = np.full((50, 10), -1, dtype=np.int32)
    one[:, 0] = 3
    assert gini(one, 1000) == pytest.approx(0.999)


@given(LISTS)
def test_coverage_counts_what_anybody_is_shown(top):
    zeros = np.zeros(len(top))
    figures = LearnerFigures(zeros, zeros, zeros, zeros, np.ones(len(top), dtype=np.int64), top)
    shown = {column for row in top.tolist() for column in row if column >= 0}
    assert summarise(figures, 15).coverage_at_10 == pytest.approx(len(shown) / 15)


@given(st.integers(1, 40), st.integers(0, 1000))
def test_the_same_seed_gives_the_same_interval(learners, seed):
    values = np.random.default_rng(seed).random((2, learners))
    first, again = resampled_means(values, seed), resampled_means(values, seed)
    assert np.array_equal(first, again)
    assert first.shape == (RESAMPLES, 2)
    assert values.min() - 1e-12 <= first.min() <= first.max() <= values.max() + 1e-12


def test_an_interval_is_as_wide_as_the_standard_error_says():
    values = np.random.default_rng(0).normal(0.4, 0.2, (1, 4000))
    low, high = interval(resampled_means(values, 1)[:, 0])
    error = values.std() / np.sqrt(values.size)
    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * error, rel=0.15)


def test_large_blocks_are_resampled_in_steps_without_a_seam(monkeypatch):
    values = np.random.default_rng(0).random((3, 50))
    monkeypatch.setattr("training.quality.figures._CHUNK", 50 * 7)
    means = resampled_means(values, 3)
    assert means.mean(axis=0) == pytest.approx(values.mean(axis=1), abs=0.02)


def test_the_same_resamples_serve_every_system():
    values = np.random.default_rng(0).random(300)
    means = resampled_means(np.stack([values, values + 0.1]), 0)
    assert means[:, 1] - means[:, 0] == pytest.approx(0.1)
    told = compare(means[:, 1], means[:, 0], 0.1)
    assert told["low"] == pytest.approx(0.1) == told["high"]
    assert told["p"] < 0.01


def test_a_system_is_not_told_from_itself():
    means = resampled_means(np.random.default_rng(0).random((1, 30)), 0)[:, 0]
    told = compare(means, means, 0.0)
    assert (told["low"], told["high"], told["p"]) == (0.0, 0.0, 1.0)
