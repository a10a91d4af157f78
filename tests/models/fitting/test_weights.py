import numpy as np
import pytest

from models.fitting.ranking import build_ranking
from models.fitting.weights import BlendConfig, learn_weights
from recommender.teacher_state import Ragged
from tests.models.small_district import earned, states

CREDENTIALS = 40


def case(signal, teachers=300, seed=0, history=1):
    """Evidence j gives the held-out credential `signal[j]` more than noise of one."""
    rng = np.random.default_rng(seed)
    held = rng.integers(history, CREDENTIALS, teachers)
    records = [earned(t, c) for t in range(teachers) for c in range(history)]
    made = states(teachers, records=records)
    object.__setattr__(made, "as_of", np.arange(teachers))
    values = rng.standard_normal((len(signal), teachers, CREDENTIALS)).astype(np.float32)
    values[:, np.arange(teachers), held] += np.array(signal, dtype=np.float32)[:, None]

    def score(block):
        return [value[block.as_of] for value in values]

    return score, made, Ragged.group(np.arange(teachers), held, teachers)


def learn(made, config=None, common=None):
    ranking = build_ranking(*made, CREDENTIALS, common)
    return learn_weights(ranking, config or BlendConfig())


def reached(learned, score, made, relevant):
    ranking = build_ranking(score, made, relevant, CREDENTIALS)
    own = [ranking.ndcg(w)[made.segments == s] for s, w in enumerate(learned.weights)]
    alone = max(ranking.ndcg(w).mean() for w in np.eye(len(ranking.values)))
    return np.concatenate(own).mean(), alone


@pytest.mark.parametrize("signal", [(2.0, 2.0, 0.0), (1.0, 0.0), (0.0, 0.0), (0.5, 1.0, 2.0)])
def test_never_worse_on_the_validation_than_the_best_alone(signal):
    made = case(signal)
    learned = learn(made)
    blended, alone = reached(learned, *made)
    assert blended >= alone
    assert (learned.weights >= 0).all()
    assert learned.weights.sum(axis=1) == pytest.approx(np.ones(4))


def test_two_that_know_different_things_are_better_than_one():
    made = case((1.5, 1.5))
    learned = learn(made)
    blended, alone = reached(learned, *made)
    assert blended > alone * 1.1
    assert learned.weights.min() > 0.2


def test_what_may_be_chance_is_drawn_back_to_the_best_single():
    made = case((1.5, 1.5), teachers=60)
    free, drawn, none = (
        learn(made, BlendConfig(chance=chance)).weights.min() for chance in (0.0, 1.5, 50.0)
    )
    assert min(free, drawn) > none == 0


def test_what_half_of_the_teachers_teach_must_hold_for_the_others():
    """Evidence that is right for every other teacher gains nothing on those in between."""
    score, made, relevant = case((1.5, 1.5), teachers=400)
    odd = np.arange(400) % 2 == 1

    def halved(block):
        first, second = score(block)
        return [first, np.where(odd[block.as_of][:, None], -second, second)]

    assert learn((halved, made, relevant)).weights[:, 1].max() < 0.2


def test_noise_hardly_counts_beside_knowledge():
    made = case((3.0, 0.0))
    learned = learn(made, BlendConfig(doubt=1.0))
    assert learned.weights[:, 1].max() < 0.1


def test_the_same_seed_learns_the_same():
    made = case((1.0, 1.0, 1.0))
    first, again = (learn(made) for _ in range(2))
    np.testing.assert_array_equal(first.weights, again.weights)
    assert first.judged.sum() == 300


def test_a_trace_stays_only_where_something_would_be_lost_without_it():
    for seed in range(8):
        made = case((1.5, 0.3, 0.0, 0.0, 0.0), teachers=200, seed=seed)
        ranking = build_ranking(*made, CREDENTIALS)
        (own,) = np.unique(learn(made).weights[made[1].segments], axis=0)
        bare = np.where(own < 0.03 * own.max(), 0.0, own)
        if (own != bare).any():
            assert ranking.ndcg(bare / bare.sum()).mean() < ranking.ndcg(own).mean()


def test_more_rounds_hold_the_weights_steadier():
    def spread(rounds):
        cases = [case((1.5, 1.5), teachers=150, seed=seed) for seed in range(8)]
        return np.std([learn(one, BlendConfig(rounds=rounds)).weights[0, 0] for one in cases])

    assert spread(4) < spread(1)


def test_a_segment_without_teachers_has_the_global_weights():
    made = case((1.5, 1.5), history=4)
    learned = learn(made)
    assert learned.judged.tolist() == [0, 0, 300, 0]
    for segment in (0, 1, 3):
        np.testing.assert_array_equal(learned.weights[segment], learned.weights[0])


def test_a_segment_that_differs_has_weights_of_its_own():
    """Few have a longer history, and for them the other evidence is right."""
    score, short, relevant = case((3.0, 0.0), teachers=400)
    other, long, theirs = case((0.0, 3.0), teachers=60, history=4)
    records = [earned(t, c) for t in range(460) for c in range(1 if t < 400 else 4)]
    made = states(460, records=records)
    object.__setattr__(made, "as_of", np.arange(460))
    values = np.concatenate([np.stack(score(short)), np.stack(other(long))], axis=1)
    held = Ragged(np.arange(461), np.concatenate([relevant.rows, theirs.rows]))

    def both(block):
        return list(values[:, block.as_of])

    weights = learn((both, made, held)).weights
    assert weights[1, 0] > 0.8
    assert weights[2, 1] > 0.8


def test_what_is_common_is_damped_where_it_is_overrated():
    """Scores that grow with how common a credential is, which says nothing of what is next."""
    score, made, relevant = case((3.0, 3.0))
    common = np.linspace(-2, 2, CREDENTIALS).astype(np.float32)

    def overrated(block):
        return [(value + 4) * np.exp(0.4 * common) for value in score(block)]

    damped = learn((overrated, made, relevant), common=common)
    plain = learn((overrated, made, relevant))
    assert not plain.powers.any()
    assert damped.powers.min() > 0.1


def test_nothing_held_out_nothing_learned():
    score, made, _ = case((1.0, 1.0))
    nothing = Ragged(np.zeros(len(made) + 1, dtype=np.int64), np.zeros(0, dtype=np.int64))
    learned = learn((score, made, nothing))
    assert learned.weights.sum(axis=1) == pytest.approx(np.ones(4))
    assert not learned.powers.any()


def test_evidence_that_is_silent_has_no_learned_weight():
    score, made, relevant = case((1.0, 1.0))

    def silenced(block):
        first, second = score(block)
        return [first, np.zeros_like(second)]

    learned = learn((silenced, made, relevant))
    assert learned.speaking.tolist() == [True, False]
    assert not learned.weights[:, 1].any()


@pytest.mark.parametrize(
    "bad", [{"sample": 0}, {"candidates": 0}, {"rounds": 0}, {"doubt": -1}, {"chance": -1}]
)
def test_a_config_says_what_is_allowed(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        BlendConfig(**bad)
