import numpy as np
import pytest

from recommender.teacher_state import UNDATED_MS
from training.short_histories import SHARE, with_short_histories
from training.splits import DAY_MS, date_split, everything, random_split

SIZE = 40


def learner(teacher, credentials, *, dated):
    start = 10 * DAY_MS * (teacher % 7)
    return [
        (teacher, credential, start + 20 * DAY_MS * place if dated else UNDATED_MS)
        for place, credential in enumerate(credentials)
    ]


def long_histories(district, *, dated, teachers=60):
    rng = np.random.default_rng(0)
    rows = [
        row
        for teacher in range(teachers)
        for row in learner(teacher, rng.permutation(SIZE)[:25], dated=dated)
    ]
    ratings = [(teacher, 0, 300 * DAY_MS) for teacher in range(teachers)]
    return district(rows, ratings, size=SIZE)


@pytest.fixture(params=[True, False], ids=["dated", "undated"])
def split(request, district):
    snapshot = long_histories(district, dated=request.param)
    if request.param:
        return date_split(snapshot, 450 * DAY_MS)
    return random_split(everything(snapshot), 0.1, seed=0)


def test_there_are_queries_of_every_length(split):
    assert split.queries.segments.min() == 3
    segments = with_short_histories(split, seed=1).queries.segments
    assert set(segments.tolist()) == {1, 2, 3}


def test_nothing_of_those_held_out_is_learned_from(split):
    filled = with_short_histories(split, seed=1)
    short = filled.queries.segments < 3
    held = np.unique(filled.teachers[short])
    assert 1 <= len(held) <= SHARE * len(split.train.states)
    assert len(filled.train.states) == len(split.train.states) - len(held)
    assert not np.isin(filled.teachers[~short], held).any()


def test_where_few_have_long_histories_most_of_them_stay(district):
    long = [row for t in range(40) for row in learner(t, range(25), dated=True)]
    short = [row for t in range(40, 300) for row in learner(t, [t % SIZE], dated=True)]
    split = date_split(district(long + short, size=SIZE), 450 * DAY_MS)
    filled = with_short_histories(split, seed=1)
    left = (filled.queries.segments == 3).sum()
    assert left >= 0.85 * (split.queries.segments == 3).sum() > 0


def test_what_is_relevant_is_theirs_and_not_shown(split):
    filled = with_short_histories(split, seed=1)
    assert (filled.relevant.counts > 0).all()
    for query in np.flatnonzero(filled.queries.segments < 3):
        shown = set(filled.queries.history.of(query)["credential"].tolist())
        hidden = set(filled.relevant.of(query).tolist())
        own = split.train.states.history.of(filled.teachers[query])["credential"]
        assert not shown & hidden
        assert shown | hidden == set(own.tolist())


def test_the_oldest_are_shown_and_nothing_later_is_known(district):
    split = date_split(long_histories(district, dated=True), 450 * DAY_MS)
    filled = with_short_histories(split, seed=1)
    for query in np.flatnonzero(filled.queries.segments < 3):
        one = filled.queries.take([query])
        whole = split.train.states.take([filled.teachers[query]])
        moments = np.sort(whole.history.rows["on"])
        assert one.as_of[0] == moments[len(one.history.rows) - 1]
        assert one.records.rows["on"].max() == one.as_of[0]
        assert len(one.ratings.rows) == (whole.ratings.rows["on"] <= one.as_of[0]).sum()


def test_the_same_seed_gives_the_same_queries(split):
    first, again = (with_short_histories(split, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.queries.records.rows, again.queries.records.rows)
    np.testing.assert_array_equal(first.relevant.rows, again.relevant.rows)


def test_where_short_histories_are_many_or_nobody_has_long_ones_nothing_changes(district):
    rows = [row for t in range(30) for row in learner(t, range(t % 5, t % 5 + 4), dated=False)]
    split = random_split(everything(district(rows, size=SIZE)), 0.2, seed=0)
    assert with_short_histories(split, seed=0) is split
