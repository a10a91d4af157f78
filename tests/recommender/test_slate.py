from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.slate import slate
from tests.builders import make_catalog

CATALOG = make_catalog(
    {"id": "unknown"},
    {"id": "paid", "cost_usd": 75.0},
    {"id": "free", "cost_usd": 0.0},
    {"id": "also-free", "cost_usd": 0.0},
    {"id": "own-free", "cost_usd": 0.0, "district": "north"},
)


def ids(scores, k=10, eligible=None):
    order = [CATALOG.axes.credential_columns[key] for key in CATALOG.axes.credentials]
    values = np.array([scores.get(key[1], 0.0) for key in CATALOG.axes.credentials], np.float32)
    allowed = np.array(
        [eligible is None or CATALOG.axes.credentials[i][1] in eligible for i in order]
    )
    return [CATALOG.axes.credentials[i][1] for i in slate(values, allowed, CATALOG, k).columns]


def test_higher_score_first():
    scores = {"unknown": 3, "paid": 2, "free": 1, "also-free": 0.5, "own-free": -1}
    assert ids(scores) == ["unknown", "paid", "free", "also-free", "own-free"]


def test_equal_scores_free_then_paid_then_unknown_then_by_key():
    assert ids({}) == ["also-free", "free", "own-free", "paid", "unknown"]


def test_ties_at_the_end_are_broken_the_same_way():
    assert ids({"unknown": 1}, k=2) == ["unknown", "also-free"]
    assert ids({"unknown": 1}, k=4) == ["unknown", "also-free", "free", "own-free"]


def test_only_the_eligible():
    assert ids({"paid": 9}, eligible={"unknown", "free"}) == ["free", "unknown"]
    assert ids({}, eligible=set()) == []


@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0, -1.0]), min_size=5, max_size=5),
    st.lists(st.booleans(), min_size=5, max_size=5),
    st.integers(1, 7),
)
def test_a_shorter_slate_is_the_beginning_of_a_longer_one(values, allowed, k):
    scores, eligible = np.array(values, np.float32), np.array(allowed)
    whole = slate(scores, eligible, CATALOG, 5)
    assert slate(scores, eligible, CATALOG, k).columns == whole.columns[:k]
    assert sorted(whole.columns) == np.flatnonzero(eligible).tolist()
    assert whole.total == len(whole.columns)
    assert all(scores[a] >= scores[b] for a, b in pairwise(whole.columns))


@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0, -1.0]), min_size=5, max_size=5),
    st.lists(st.booleans(), min_size=5, max_size=5),
    st.integers(1, 3),
)
def test_pages_put_together_are_the_whole(values, allowed, k):
    scores, eligible = np.array(values, np.float32), np.array(allowed)
    whole = slate(scores, eligible, CATALOG, 5).columns
    seen: tuple[int, ...] = ()
    while len(seen) < len(whole):
        page = slate(scores, eligible, CATALOG, k, seen[-1] if seen else None)
        assert page.first_rank == len(seen) + 1
        assert page.total == len(whole)
        seen += page.columns
    assert seen == whole


def test_a_page_goes_on_behind_what_is_no_longer_eligible():
    scores = np.array([5, 4, 3, 2, 1], np.float32)
    eligible = np.array([True, False, True, True, True])
    page = slate(scores, eligible, CATALOG, 2, after=1)
    assert page.columns == (2, 3)
    assert page.first_rank == 2
