import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.errors import NotEnoughData
from recommender.teacher_state import UNDATED_MS
from training.gains import Gains
from training.quality.heldout_learners import REVEALED, hold_out_learners
from training.quality.leaks import find_leaks

DAY = 86_400_000
RECORDS = st.dictionaries(
    st.tuples(st.integers(0, 19), st.integers(0, 14)),
    st.one_of(st.just(UNDATED_MS), st.integers(0, 300).map(lambda day: day * DAY)),
    min_size=60,
    max_size=160,
)
FEWER = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FEWER
@given(dated=RECORDS, seed=st.integers(0, 50))
def test_nothing_of_a_held_out_learner_is_learned_and_what_is_hidden_comes_later(
    district, dated, seed
):
    records = [(t, c, on) for (t, c), on in sorted(dated.items())]
    everyone = district(records, size=15, teachers=20)
    try:
        out = hold_out_learners(everyone, np.arange(20), REVEALED, seed)
    except NotEnoughData:
        return
    split = out.split
    assert find_leaks(split, out.learned_from) == []
    assert not set(out.learned_from.tolist()) & set(split.teachers.tolist())
    assert len(split.train.states) == len(out.learned_from) == 16
    assert np.array_equal(split.queries.history.counts, out.revealed)
    for query, teacher in enumerate(split.teachers.tolist()):
        own = {c: on for (t, c), on in dated.items() if t == teacher}
        shown = split.queries.history.of(query)["credential"].tolist()
        hidden = split.relevant.of(query).tolist()
        assert sorted(shown + hidden) == sorted(own)
        assert max(own[c] for c in shown) <= min(own[c] for c in hidden)


def test_a_longer_revelation_holds_a_shorter_one(district):
    records = [(t, c, UNDATED_MS) for t in range(5) for c in range(12)]
    out = hold_out_learners(district(records), np.arange(5), REVEALED, 0)
    history = out.split.queries.history
    shown = [set(history.of(query)["credential"].tolist()) for query in range(4)]
    assert [len(one) for one in shown] == list(REVEALED)
    assert shown[0] < shown[1] < shown[2] < shown[3]


def test_who_has_no_more_than_is_revealed_is_not_asked_about(district):
    records = [(t, c, UNDATED_MS) for t in range(10) for c in range(3)]
    out = hold_out_learners(district(records, size=5), np.arange(10), REVEALED, 0)
    assert set(out.revealed.tolist()) == {1}


def test_later_ratings_are_not_known(district):
    records = [(t, c, (10 + c) * DAY) for t in range(5) for c in range(4)]
    ratings = [(t, s, (9 + 3 * s) * DAY) for t in range(5) for s in range(2)]
    out = hold_out_learners(district(records, ratings), np.arange(5), (1, 3), 0)
    assert out.split.queries.ratings.counts.tolist() == [1, 2]


def test_a_cold_learner_is_asked_about_before_the_first_record(district):
    records = [(t, c, (10 + c) * DAY) for t in range(5) for c in range(4)]
    ratings = [(t, s, (9 + 3 * s) * DAY) for t in range(5) for s in range(2)]
    out = hold_out_learners(district(records, ratings), np.arange(5), (0,), 0)
    queries = out.split.queries
    assert queries.as_of.tolist() == [10 * DAY - 1]
    assert queries.history.counts.tolist() == [0]
    assert queries.ratings.counts.tolist() == [1]
    assert sorted(out.split.relevant.rows.tolist()) == [0, 1, 2, 3]


def test_too_few_records_are_said(district):
    one_each = district([(t, 0, UNDATED_MS) for t in range(6)], size=3)
    with pytest.raises(NotEnoughData, match="more records"):
        hold_out_learners(one_each, np.arange(6), REVEALED, 0)


def test_what_is_known_beside_the_records_is_relevant_and_never_shown(district):
    records = [(t, c, UNDATED_MS) for t in range(5) for c in range(12)]
    everybody = np.repeat(np.arange(5), 3)
    beside = Gains(everybody, np.tile(np.array([11, 12, 13], np.int32), 5), np.full(15, UNDATED_MS))
    everyone = district(records, size=14, teachers=5)
    alone = hold_out_learners(everyone, np.arange(5), REVEALED, 0)
    out = hold_out_learners(everyone, np.arange(5), REVEALED, 0, beside)
    assert find_leaks(out.split, out.learned_from) == []
    assert np.array_equal(out.revealed, alone.revealed)
    assert np.array_equal(out.split.queries.records.rows, alone.split.queries.records.rows)
    assert np.array_equal(
        out.split.train.states.records.rows, alone.split.train.states.records.rows
    )
    for query in range(len(out.revealed)):
        without = set(alone.split.relevant.of(query).tolist())
        assert set(out.split.relevant.of(query).tolist()) == without | {12, 13}


def test_nobody_is_asked_about_for_what_is_known_beside_the_records_alone(district):
    records = [(t, c, UNDATED_MS) for t in range(10) for c in range(3)]
    beside = Gains(np.arange(10), np.full(10, 4, np.int32), np.full(10, UNDATED_MS))
    out = hold_out_learners(district(records, size=5), np.arange(10), REVEALED, 0, beside)
    assert set(out.revealed.tolist()) == {1}
