import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fitting.ranking import build_ranking, join
from recommender.teacher_state import RECORD, Ragged
from tests.models.small_district import earned, states


def ndcg_by_hand(scores, history, held_out):
    """Sort, walk down the list, count; ties against the held-out."""
    left = [c for c in range(len(scores)) if c not in history]
    left.sort(key=lambda c: (-scores[c], c in held_out))
    wanted = held_out - history
    gain = sum(1 / np.log2(place + 2) for place, c in enumerate(left[:10]) if c in wanted)
    best = sum(1 / np.log2(place + 2) for place in range(min(10, len(wanted))))
    return gain / best if wanted else 0.0


def case(seed, teachers=7, credentials=40, kinds=2):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 5, (kinds, teachers, credentials)).astype(np.float32)
    rows = [rng.permutation(credentials) for _ in range(teachers)]
    lengths = rng.integers(0, 6, (2, teachers))
    history = [set(row[:n].tolist()) for row, n in zip(rows, lengths[0], strict=True)]
    held = [set(row[n : n + k].tolist()) for row, n, k in zip(rows, *lengths, strict=True)]
    made = states(teachers, records=[earned(t, c) for t, own in enumerate(history) for c in own])
    owner = np.repeat(np.arange(teachers), [len(h) for h in held])
    columns = np.array([c for h in held for c in sorted(h)], dtype=np.int64)
    return values, made, history, held, Ragged.group(owner, columns, teachers)


@given(st.integers(0, 10_000), st.floats(0.0, 3.0), st.sampled_from([1, 2]))
def test_ndcg_is_that_of_the_whole_list(seed, weight, kinds):
    values, made, history, held, relevant = case(seed, kinds=kinds)
    weights = np.array([1.0, weight])[:kinds]
    ranking = build_ranking(lambda _: list(values), made, relevant, candidates=40)
    scores = np.tensordot(weights.astype(np.float32), values, 1)
    expected = [ndcg_by_hand(s, h, r) for s, h, r in zip(scores, history, held, strict=True)]
    assert ranking.ndcg(weights) == pytest.approx(expected)


def test_few_candidates_are_enough_for_one_evidence_alone():
    rng = np.random.default_rng(4)
    values, made, _, _, relevant = case(4, credentials=300)
    values = rng.random(values.shape).astype(np.float32)
    whole, few = (
        build_ranking(lambda _: list(values), made, relevant, candidates=c) for c in (300, 20)
    )
    assert few.values.shape[2] < 60
    for weights in np.eye(2):
        np.testing.assert_allclose(few.ndcg(weights), whole.ndcg(weights))


def test_what_is_no_candidate_is_not_found_but_counts():
    values, made, history, held, relevant = case(4, credentials=300, kinds=1)
    values = -np.arange(300, dtype=np.float32) + np.zeros_like(values)
    ranking = build_ranking(lambda _: list(values), made, relevant, candidates=20)
    wanted = [len(h - own) for h, own in zip(held, history, strict=True)]
    assert ranking.held_out.tolist() == wanted
    expected = [ndcg_by_hand(values[0, t], history[t], held[t]) for t in range(len(held))]
    assert ranking.ndcg(np.ones(1)) == pytest.approx(expected)


def test_evidence_that_hardly_tells_credentials_apart_brings_few_candidates():
    values, made, _, _, relevant = case(5, credentials=300, kinds=1)
    values = np.zeros_like(values)
    values[:, :, 7] = 1.0
    ranking = build_ranking(lambda _: list(values), made, relevant, candidates=20)
    assert ranking.valid.sum(axis=1).max() <= 1


def test_blocks_do_not_show():
    rng = np.random.default_rng(1)
    made = states(600, records=[earned(t, int(rng.integers(30))) for t in range(600)])
    table = rng.random((600, 30)).astype(np.float32)
    relevant = Ragged.group(np.arange(600), rng.integers(0, 30, 600), 600)
    object.__setattr__(made, "as_of", np.arange(600))
    ranking = build_ranking(lambda block: [table[block.as_of]], made, relevant, candidates=30)
    own = made.history.rows["credential"]
    expected = [ndcg_by_hand(table[t], {int(own[t])}, {int(relevant.rows[t])}) for t in range(600)]
    assert ranking.ndcg(np.ones(1)) == pytest.approx(expected)


def test_held_out_may_come_as_records():
    values, made, _, _, relevant = case(2)
    rows = np.zeros(len(relevant.rows), RECORD)
    rows["credential"] = relevant.rows
    as_records = Ragged(relevant.start, rows)
    first, second = (
        build_ranking(lambda _: list(values), made, held, candidates=40).ndcg(np.ones(2))
        for held in (relevant, as_records)
    )
    np.testing.assert_array_equal(first, second)


def test_evidence_without_any_spread_is_silent():
    values, made, _, _, relevant = case(3)
    values[1] = 2.0
    ranking = build_ranking(lambda _: list(values), made, relevant, candidates=40)
    assert ranking.speaking.tolist() == [True, False]


def test_rankings_of_other_widths_join_to_one():
    made = []
    for seed, candidates in ((6, 40), (7, 5)):
        values, states, _, _, relevant = case(seed)
        made.append(build_ranking(lambda _, own=values: list(own), states, relevant, candidates))
    weights = np.array([1.0, 0.5])
    np.testing.assert_array_equal(
        join(made).ndcg(weights), np.concatenate([one.ndcg(weights) for one in made])
    )


def test_a_choice_of_teachers_keeps_their_lists():
    values, made, _, _, relevant = case(6)
    ranking = build_ranking(lambda _: list(values), made, relevant, candidates=40)
    chosen = np.array([True, False, True, True, False, False, True])
    np.testing.assert_allclose(
        ranking.take(chosen).ndcg(np.ones(2)), ranking.ndcg(np.ones(2))[chosen]
    )
