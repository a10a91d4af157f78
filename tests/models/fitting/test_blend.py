import numpy as np
import pytest

from models.fitting import blend as blending
from models.fitting.all import EvidenceConfig, fit_evidence
from models.fitting.blend import BlendConfig, Window, carry_parts, fit_blend, reweigh
from models.fitting.options import TrainingOptions
from models.fitting.ranking import build_ranking
from recommender.teacher_state import Ragged
from recommender.vocabulary import EvidenceName
from tests.models.small_district import small_district

OPTIONS = TrainingOptions(seed=2)
COLLEAGUES = list(EvidenceName).index(EvidenceName.COLLEAGUES)
CONFIG = BlendConfig()
DATA = small_district(teachers=200)


def held_out():
    """The last record of each teacher who has one; states without it."""
    records = DATA.states.records
    last = np.zeros(len(records.rows), dtype=bool)
    last[records.start[1:][records.counts > 0] - 1] = True
    earlier = type(DATA.states)(**{**vars_of(DATA.states), "records": records.keep(~last)})
    return earlier, records.keep(last)


def vars_of(states):
    return {name: getattr(states, name) for name in type(states).__dataclass_fields__}


QUERIES, RELEVANT = held_out()


@pytest.fixture(scope="module")
def evidence():
    data = type(DATA)(DATA.catalog, QUERIES, DATA.as_of)
    return fit_evidence(data, EvidenceConfig(), OPTIONS)


@pytest.fixture(scope="module")
def blend(evidence):
    return fit_blend(evidence, QUERIES, RELEVANT, CONFIG, OPTIONS).blend


def test_evidence_comes_in_the_order_of_the_vocabulary(evidence, blend):
    assert tuple(one.name for one in evidence) == tuple(EvidenceName) == blend.names


def test_what_tells_like_from_unlike_counts_most(blend):
    best = {blend.names[j] for j in blend.weights.argmax(axis=1)}
    assert EvidenceName.POPULAR not in best


def test_the_same_seed_learns_the_same(evidence, blend):
    again = fit_blend(evidence, QUERIES, RELEVANT, CONFIG, OPTIONS).blend
    np.testing.assert_array_equal(again.weights, blend.weights)


def test_a_kind_of_fact_that_nobody_had_yet_has_some_weight(evidence):
    none = Ragged(np.zeros(len(QUERIES) + 1, dtype=np.int64), QUERIES.goals.rows[:0])
    without = type(QUERIES)(**{**vars_of(QUERIES), "goals": none})
    learned = fit_blend(evidence, without, RELEVANT, CONFIG, OPTIONS).blend
    goal = learned.names.index(EvidenceName.GROWTH_GOAL)
    assert learned.weights[:, goal] == pytest.approx(0.1 * learned.weights.max(axis=1))


def test_somebody_new_is_told_what_is_popular(evidence):
    with_record = np.flatnonzero(QUERIES.history.counts > 0)
    learned = fit_blend(
        evidence, QUERIES.take(with_record), RELEVANT.take(with_record), CONFIG, OPTIONS
    ).blend
    assert learned.weights[0, learned.names.index(EvidenceName.POPULAR)] > 0


def test_parts_are_learned_by_segment_and_carried_over(evidence):
    learned = fit_blend(evidence, QUERIES, RELEVANT, CONFIG, OPTIONS).evidence
    weights = learned[COLLEAGUES].part_weights
    assert weights.shape == (4, 4)
    assert weights.sum(axis=1) == pytest.approx(np.ones(4))
    again = fit_evidence(DATA, EvidenceConfig(), OPTIONS)
    carried = carry_parts(learned, again)
    np.testing.assert_array_equal(carried[COLLEAGUES].part_weights, weights)
    np.testing.assert_array_equal(carried[COLLEAGUES].damping, learned[COLLEAGUES].damping)
    assert carried[0] is again[0]


def test_nothing_is_learned_where_nothing_was_held_out(evidence):
    nothing = RELEVANT.keep(np.zeros(len(RELEVANT.rows), dtype=bool))
    learned = fit_blend(evidence, QUERIES, nothing, CONFIG, OPTIONS)
    np.testing.assert_array_equal(
        learned.evidence[COLLEAGUES].part_weights, evidence[COLLEAGUES].part_weights
    )
    assert np.ptp(learned.blend.weights) == 0


def test_no_more_teachers_are_ranked_than_asked_for(evidence, monkeypatch):
    ranked = []

    def counted(score, states, *others):
        ranked.append(len(states))
        return build_ranking(score, states, *others)

    monkeypatch.setattr(blending, "build_ranking", counted)
    fit_blend(evidence, QUERIES, RELEVANT, BlendConfig(sample=50), OPTIONS)
    assert ranked == [50]


def test_the_blend_weighs_what_the_parts_make(evidence):
    """The validation ranks candidates by the very scores that the learned evidence gives."""
    learned = fit_blend(evidence, QUERIES, RELEVANT, CONFIG, OPTIONS)
    colleagues = learned.evidence[COLLEAGUES]
    parts = np.stack(list(colleagues.score_parts(QUERIES).values()))
    weights = colleagues.part_weights[QUERIES.segments]
    expected = np.einsum("np,pnm->nm", weights, parts)
    np.testing.assert_allclose(colleagues.score(QUERIES), expected, rtol=1e-4, atol=1e-5)


def test_several_windows_teach_one_blend(evidence):
    learned = fit_blend(evidence, QUERIES, RELEVANT, CONFIG, OPTIONS)
    half = len(QUERIES) // 2
    windows = [
        Window(learned.evidence, QUERIES.take(rows), RELEVANT.take(rows))
        for rows in (np.arange(half), np.arange(half, len(QUERIES)))
    ]
    together = reweigh(windows, CONFIG, OPTIONS)
    whole = reweigh([Window(learned.evidence, QUERIES, RELEVANT)], CONFIG, OPTIONS)
    np.testing.assert_array_equal(together.weights, whole.weights)
    alone = reweigh(windows[:1], CONFIG, OPTIONS)
    assert (together.weights != alone.weights).any()


def test_windows_in_which_nothing_was_held_out_teach_nothing(evidence):
    nothing = RELEVANT.keep(np.zeros(len(RELEVANT.rows), dtype=bool))
    blend = reweigh([Window(evidence, QUERIES, nothing)], CONFIG, OPTIONS)
    np.testing.assert_allclose(blend.weights, 1 / len(evidence))
