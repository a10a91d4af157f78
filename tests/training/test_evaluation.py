from dataclasses import replace

import numpy as np
import pytest

from recommender.policy import Policy
from recommender.vocabulary import Segment
from training import evaluation
from training.evaluation import Eligible, evaluate, evaluate_shared, mask
from training.splits import DAY_MS, date_split


@pytest.fixture
def snapshot(district):
    random = np.random.default_rng(4)
    rows = [(i % 40, int(random.integers(0, 30)), int(random.integers(0, 100))) for i in range(400)]
    return district([(t, c, day * DAY_MS) for t, c, day in rows], size=30)


@pytest.fixture
def split(snapshot):
    return date_split(snapshot, 60 * DAY_MS - 1)


def _zero(states):
    return np.zeros((len(states), 30), dtype=np.float32)


def _leak(snapshot):
    """Score what each learner has in the end: the future, as a leaking feature would give it."""
    end = snapshot.states()

    def scorer(states):
        scores = np.zeros((len(states), 30), dtype=np.float32)
        for row in range(len(states)):
            prefix = states.records.of(row).tobytes()
            teacher = (
                next(i for i in range(40) if end.records.of(i).tobytes().startswith(prefix))
                if prefix
                else None
            )
            if teacher is not None:
                scores[row, end.records.of(teacher)["credential"]] = 1.0
        return scores

    return scorer


def test_a_planted_leak_is_caught(snapshot, split):
    honest, leaking = evaluate("nothing", _zero, split), evaluate("leak", _leak(snapshot), split)
    assert leaking.all.ndcg_at_10 > 0.99
    assert honest.all.ndcg_at_10 < 0.5


def test_the_history_is_not_ranked(split):
    def history_first(states):
        scores = _zero(states)
        scores[states.history.owner, states.history.rows["credential"]] = 9.0
        return scores

    assert evaluate("a", history_first, split).all == evaluate("b", _zero, split).all


def test_segments_add_up_to_all(split):
    result = evaluate("nothing", _zero, split)
    assert sum(figures.learners for figures in result.segments.values()) == result.all.learners
    mean = sum(f.learners * f.ndcg_at_10 for f in result.segments.values()) / result.all.learners
    assert mean == pytest.approx(result.all.ndcg_at_10)


def test_blocks_do_not_change_the_figures(split, monkeypatch):
    whole = evaluate("nothing", _zero, split)
    monkeypatch.setattr(evaluation, "BLOCK_CELLS", 70)
    assert evaluate("nothing", _zero, split) == whole


def test_scorers_that_share_the_queries_give_what_one_gives(split):
    answers = np.arange(len(split.queries)) % 3 == 0
    shared = evaluate_shared("nothing", [(_zero, answers), (_zero, ~answers)], split)
    assert shared.all.ndcg_at_10 == pytest.approx(evaluate("nothing", _zero, split).all.ndcg_at_10)
    assert shared.segments.keys() == evaluate("nothing", _zero, split).segments.keys()
    for segment, figures in evaluate("nothing", _zero, split).segments.items():
        assert shared.segments[segment].mrr == pytest.approx(figures.mrr)


def test_metric_names_hold_only_what_mlflow_allows(district):
    rows = [(0, i, 0) for i in range(12)] + [(0, 12, 5 * DAY_MS)]
    result = evaluate(
        "x", lambda s: np.zeros((len(s), 13), np.float32), date_split(district(rows), DAY_MS)
    )
    assert list(result.segments) == [Segment.LONG]
    metrics = result.as_metrics()
    assert metrics["ndcg_at_10.segment_10_plus"] == metrics["ndcg_at_10"] == 1.0
    assert metrics["learners.segment_10_plus"] == 1


def test_eligibility_has_its_price(snapshot, split):
    retired = np.full(30, np.iinfo(np.int64).max)
    retired[:15] = 0
    catalog = replace(snapshot.catalog, retired_on=retired)
    oracle = mask(split.relevant, 30).astype(np.float32)
    rows = iter([oracle, oracle])
    free = evaluate("oracle", lambda _: next(rows), split)
    bound = evaluate(
        "oracle", lambda _: next(rows), split, Eligible(split, snapshot.teachers, catalog, Policy())
    )
    assert free.all.ndcg_at_10 == pytest.approx(1.0)
    assert bound.all.ndcg_at_10 < 0.9
