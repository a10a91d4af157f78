from dataclasses import replace

import numpy as np
import pytest

from models.fitting.all import EvidenceConfig
from models.fitting.als import AlsConfig
from models.fitting.colleagues import ColleaguesConfig
from models.suggest import ranked_scores
from recommender.console import progress
from recommender.vocabulary import EvidenceName
from training import judging
from training.judging import (
    PipelineConfig,
    Run,
    assemble,
    equal_weights,
    fit,
    judge,
    learn_again,
    learn_weights,
    weigh,
)
from training.plan import PlanConfig, automatic_plan, make_plan
from training.splits import DAY_MS, SplitProtocol, everything

CONFIG = PipelineConfig(
    evidence=EvidenceConfig(colleagues=ColleaguesConfig(als=AlsConfig(factors=8, iterations=3))),
    plan=PlanConfig(least_learners=5),
)


@pytest.fixture
def run():
    return Run(CONFIG, seed=0, threads=1, progress=progress)


@pytest.fixture
def snapshot(district):
    """Two kinds of learners: each takes up one half of the catalog in the same order."""
    rows = [
        (t, 15 * (t % 2) + i, (20 * i + t) * DAY_MS) for t in range(40) for i in range(4 + t % 9)
    ]
    return district(rows, size=30)


@pytest.fixture
def plan(snapshot):
    return automatic_plan(snapshot, CONFIG.plan, seed=0)


def test_judges_the_blend_its_parts_and_rivals(snapshot, plan, run):
    results = {
        one.name: one
        for one in judge(plan, learn_weights(plan, run), snapshot.teachers, run).evaluations
    }
    assert list(results) == [
        "blend",
        "succession alone",
        "colleagues alone",
        "similar_content alone",
        "popular alone",
        "popularity",
        "als",
        "random",
        "blend, eligible only",
    ]
    assert results["blend"].all.ndcg_at_10 > results["random"].all.ndcg_at_10
    assert len({one.all.learners for one in results.values()}) == 1


def test_without_ratings_there_is_no_largest_gap(snapshot, plan, run):
    names = [one.name for one in judge(plan, None, snapshot.teachers, run).evaluations]
    assert "largest_gap" not in names


def test_weights_are_learned_on_the_inner_part_only(plan, run):
    weights = learn_weights(plan, run)
    assert weights.blend.names == tuple(EvidenceName)
    assert learn_weights(replace(plan, weights=None), run) is None


def test_the_same_seed_gives_the_same_figures(snapshot, plan, run):
    one, two = (
        judge(plan, learn_weights(plan, run), snapshot.teachers, run).evaluations for _ in range(2)
    )
    assert one == two


def test_halves_are_answered_by_each_others_weights(snapshot, run, monkeypatch):
    plan = make_plan(snapshot, SplitProtocol.LAST_OUT, CONFIG.plan, 0)
    taught = []

    def told(evidence, split, run):
        taught.append(set(split.teachers.tolist()))
        return weigh(evidence, split, run)

    monkeypatch.setattr(judging, "weigh", told)
    results = {one.name: one for one in judge(plan, None, snapshot.teachers, run).evaluations}
    assert results["blend"].all.learners == len(plan.judged.teachers)
    assert results["blend"].all.ndcg_at_10 > results["random"].all.ndcg_at_10
    assert taught[0] | taught[1] == set(plan.judged.teachers.tolist())
    assert not taught[0] & taught[1]


def test_equal_weights_sum_to_one(snapshot, run):
    blend = equal_weights(fit(everything(snapshot), run, "final", "Fitting"))
    np.testing.assert_allclose(blend.weights.sum(axis=1), 1.0, rtol=1e-6)


def test_every_epoch_is_told_with_its_step(snapshot, run):
    told = []
    listening = replace(run, on_epoch=lambda *point: told.append(point))
    fit(everything(snapshot), listening, "final", "Fitting")
    assert [point[:3] for point in told] == [("final", "colleagues.als", i) for i in range(3)]
    assert all(np.isfinite(point[3]) for point in told)


def test_the_judged_part_teaches_the_blend_once_it_has_judged(snapshot, plan, run):
    weights = learn_weights(plan, run)
    evidence = judge(plan, weights, snapshot.teachers, run).evidence
    again = learn_again(snapshot, plan, weights, evidence, run)
    assert (again.blend.weights != weights.blend.weights).any()
    assert again.evidence == weights.evidence


def test_without_a_judged_part_or_weights_there_is_nothing_to_learn_again(snapshot, plan, run):
    weights = learn_weights(plan, run)
    assert learn_again(snapshot, replace(plan, judged=None), weights, (), run) is weights
    assert learn_again(snapshot, plan, None, (), run) is None


def test_nothing_to_judge_on_gives_no_figures(snapshot, plan, run):
    assert judge(replace(plan, judged=None), None, snapshot.teachers, run).evaluations == ()


def test_parts_without_weight_are_not_fitted_again_and_no_score_changes(snapshot, plan, run):
    weights = learn_weights(plan, run)
    colleagues = list(EvidenceName).index(EvidenceName.COLLEAGUES)
    part_weights = np.tile(np.float32([0, 0.5, 0, 0.5]), (4, 1))
    learned = list(weights.evidence)
    learned[colleagues] = replace(learned[colleagues], part_weights=part_weights)
    weights = replace(weights, evidence=tuple(learned))
    data = everything(snapshot)
    needed, every = fit(data, run, "", "Fitting", weights), fit(data, run, "", "Fitting")
    assert [part.name for part in needed[colleagues].parts] == ["ease", "short"]
    less, whole = (
        ranked_scores(assemble(data, one, weights), data.states) for one in (needed, every)
    )
    np.testing.assert_allclose(less, whole, atol=1e-5)
