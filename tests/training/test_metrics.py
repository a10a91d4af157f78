import math

import numpy as np
import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from training.metrics import METRICS, LearnerFigures, learner_figures, ranking, summarise


def _row(*scores):
    return np.array([scores], dtype=np.float32)


def _all(row):
    return np.ones(row.shape, dtype=bool)


@st.composite
def _cases(draw):
    learners = draw(st.integers(1, 6))
    credentials = draw(st.integers(1, 40))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    # few distinct values, so that ties are common
    scores = random.integers(0, draw(st.sampled_from([2, 5, 1000])), (learners, credentials))
    candidates = random.random((learners, credentials)) < draw(st.sampled_from([0.3, 0.9, 1.0]))
    relevant = candidates & (random.random((learners, credentials)) < 0.3)
    return scores.astype(np.float32), candidates, relevant


def _trec_eval(scores, candidates, relevant):
    """Name columns so that trec_eval's own rule for ties (name, descending) is ours."""
    names = [f"c{9_999 - column:04d}" for column in range(scores.shape[1])]
    truth, run = {}, {}
    for learner in range(len(scores)):
        columns = np.flatnonzero(candidates[learner])
        truth[str(learner)] = {names[c]: int(relevant[learner, c]) for c in columns}
        run[str(learner)] = {names[c]: float(scores[learner, c]) for c in columns}
    measures = {"ndcg_cut_10", "recall_10", "recall_20", "recip_rank"}
    return pytrec_eval.RelevanceEvaluator(truth, measures).evaluate(run)


@given(_cases())
def test_equals_trec_eval(case):
    scores, candidates, relevant = case
    figures = learner_figures(scores, candidates, relevant)
    expected = _trec_eval(scores, candidates, relevant)
    for learner in np.flatnonzero(relevant.any(axis=1)):
        reference = expected[str(learner)]
        assert figures.ndcg[learner] == pytest.approx(reference["ndcg_cut_10"])
        assert figures.recall[learner] == pytest.approx(reference["recall_10"])
        assert figures.deep_recall[learner] == pytest.approx(reference["recall_20"])
        assert figures.reciprocal_rank[learner] == pytest.approx(reference["recip_rank"])


@given(_cases())
def test_blocks_give_the_same_figures_as_the_whole(case):
    scores, candidates, relevant = case
    whole = learner_figures(scores, candidates, relevant)
    rows = [slice(i, i + 1) for i in range(len(scores))]
    joined = LearnerFigures.join(
        [learner_figures(scores[row], candidates[row], relevant[row]) for row in rows]
    )
    for name in LearnerFigures.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(whole, name), getattr(joined, name))


@given(_cases())
def test_every_mean_is_a_share(case):
    scores, candidates, relevant = case
    summary = summarise(learner_figures(scores, candidates, relevant), scores.shape[1])
    assert summary.learners + summary.left_out == len(scores)
    if summary.learners:
        assert all(0.0 <= value <= 1.0 + 1e-12 for value in summary.as_metrics().values())


def test_a_scorer_that_sees_the_future_is_perfect():
    relevant = np.random.default_rng(1).random((50, 30)) < 0.1
    relevant[:, 0] = True
    summary = summarise(learner_figures(relevant.astype(np.float32), _all(relevant), relevant), 30)
    assert summary.ndcg_at_10 == pytest.approx(1.0)
    assert summary.mrr == 1.0


def test_ties_go_to_the_lower_column():
    scores = _row(1, 2, 2, 1)
    assert ranking(scores, _all(scores)).tolist() == [[1, 2, 0, 3]]


def test_what_is_in_the_history_is_not_ranked():
    scores = _row(9, 1, 5)
    candidates = np.array([[False, True, True]])
    figures = learner_figures(scores, candidates, np.array([[False, False, True]]))
    assert figures.reciprocal_rank[0] == 1.0
    assert figures.top[0].tolist() == [2, 1] + [-1] * 8


def test_a_relevant_credential_that_may_not_be_ranked_is_missed():
    scores = _row(3, 2, 1)
    candidates = np.array([[False, True, True]])
    figures = learner_figures(scores, candidates, np.array([[True, True, False]]))
    assert figures.recall[0] == 0.5
    assert figures.ndcg[0] < 1.0


def test_learners_with_nothing_relevant_are_left_out_and_counted():
    scores = np.ones((3, 4), dtype=np.float32)
    relevant = np.zeros((3, 4), dtype=bool)
    relevant[1, 0] = True
    summary = summarise(learner_figures(scores, _all(scores), relevant), 4)
    assert (summary.learners, summary.left_out) == (1, 2)
    assert summary.ndcg_at_10 == 1.0


def test_nobody_to_judge_gives_no_figure():
    relevant = np.zeros((2, 3), dtype=bool)
    figures = learner_figures(relevant.astype(np.float32), _all(relevant), relevant)
    summary = summarise(figures, 3)
    assert summary.learners == 0
    assert all(math.isnan(getattr(summary, name)) for name in METRICS)


def test_coverage_counts_what_stands_in_somebodys_first_ten():
    scores = np.tile(np.arange(40, dtype=np.float32), (5, 1))
    relevant = np.zeros((5, 40), dtype=bool)
    relevant[:, 0] = True
    summary = summarise(learner_figures(scores, _all(scores), relevant), 40)
    assert summary.coverage_at_10 == 0.25
    assert summary.recall_at_10 == 0.0
    assert summary.mrr == pytest.approx(1 / 40)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_score_that_is_no_number_is_refused(bad):
    scores = _row(1, bad)
    with pytest.raises(ValueError, match="finite"):
        ranking(scores, _all(scores))
