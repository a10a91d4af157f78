from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.slate import (
    CANDIDATES,
    EXPLORING_RANK,
    FIRST_PAGE,
    Arranging,
    slate,
)
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


def large(count=60):
    """A catalog in which issuer and area repeat, best score first."""
    rows = [
        {
            "id": f"c{i:03}",
            "issuer": ("One", "Two", "")[i % 3],
            "aligned": {("1a", "2b")[i // 20 % 2]: 0.5} if i % 7 else {},
        }
        for i in range(count)
    ]
    catalog = make_catalog(*rows)
    return catalog, np.linspace(1, 0, count).astype(np.float32), np.ones(count, dtype=bool)


SEEDS = [f"teacher {i}" for i in range(300)]
prices = st.floats(0, 1)


@given(st.lists(st.sampled_from([0.0, 0.25, 0.3, 0.9, 1.0]), min_size=60, max_size=60), prices)
def test_no_place_gives_up_more_than_the_price(values, price):
    catalog, _, eligible = large()
    scores = np.array(values, np.float32)
    order = slate(scores, eligible, catalog, CANDIDATES, arranging=Arranging(price)).columns
    best = sorted(order, key=lambda column: -scores[column])
    span = scores[best[0]] - scores[best[-1]]
    left = list(best)
    for column in order:
        given_up = scores[left[0]] - scores[column]
        assert given_up <= price * span + 1e-6
        left.remove(column)


def test_a_list_spreads_over_issuers_and_areas():
    catalog, scores, eligible = large()

    def spread(price):
        columns = slate(scores, eligible, catalog, 10, arranging=Arranging(price)).columns
        return len({(catalog.areas[c], catalog.issuers[c]) for c in columns})

    assert spread(0.5) > spread(0.0)


@given(
    st.integers(1, 60),
    st.sampled_from([0.0, 0.1, 0.7]),
    st.sampled_from([0.0, 1.0]),
    st.sampled_from(SEEDS[:5]),
)
def test_pages_of_an_arranged_list_put_together_are_the_whole(k, price, exploration, seed):
    catalog, scores, eligible = large()
    arranging = Arranging(price, exploration, seed)
    whole = slate(scores, eligible, catalog, 60, arranging=arranging).columns
    assert sorted(whole) == list(range(60))
    assert slate(scores, eligible, catalog, k, arranging=arranging).columns == whole[:k]
    page = slate(scores, eligible, catalog, 60, whole[k - 1], arranging=arranging)
    assert page.columns == whole[k:]
    assert page.first_rank == k + 1
    gone = eligible.copy()
    gone[whole[k - 1]] = False
    later = slate(scores, gone, catalog, 60, whole[k - 1], arranging=arranging)
    assert later.columns == whole[k:]
    assert later.first_rank == k


@given(st.lists(st.booleans(), min_size=60, max_size=60), st.sampled_from(SEEDS[:5]))
def test_a_filter_takes_lines_out_and_moves_none(only, seed):
    catalog, scores, eligible = large()
    arranging = Arranging(0.3, 1.0, seed)
    whole = slate(scores, eligible, catalog, 60, arranging=arranging).columns
    mask = np.array(only)
    narrowed = slate(scores, eligible, catalog, 60, only=mask, arranging=arranging)
    assert narrowed.columns == tuple(column for column in whole if mask[column])
    assert narrowed.total == mask.sum()


def test_one_place_explores_at_the_chance_that_is_told():
    catalog, scores, eligible = large()
    plain = slate(scores, eligible, catalog, 12).columns
    tried = []
    for seed in SEEDS:
        shown = slate(scores, eligible, catalog, 12, arranging=Arranging(0.0, 0.4, seed))
        again = slate(scores, eligible, catalog, 12, arranging=Arranging(0.0, 0.4, seed))
        assert shown == again
        at_place = shown.columns[EXPLORING_RANK - 1]
        propensity = shown.trial.propensity(EXPLORING_RANK, at_place)
        if shown.trial.column is None:
            assert shown.columns == plain
            assert propensity == 1 - 0.4
        else:
            assert at_place == shown.trial.column not in plain[:FIRST_PAGE]
            assert [c for c in shown.columns if c != at_place] == [
                c for c in plain if c != at_place
            ][:11]
            assert propensity == 0.4 / (CANDIDATES - FIRST_PAGE)
            tried.append(at_place)
        assert shown.trial.propensity(1, shown.columns[0]) == 1
    assert 0.3 < len(tried) / len(SEEDS) < 0.5
    assert len(set(tried)) > 25


def test_what_is_new_is_tried_first():
    catalog, scores, eligible = large()
    order = slate(scores, eligible, catalog, 60).columns
    new = frozenset(order[FIRST_PAGE + 3 : FIRST_PAGE + 5]) | {order[0], order[55]}
    shown = [
        slate(scores, eligible, catalog, 12, arranging=Arranging(0.0, 1.0, seed, new))
        for seed in SEEDS
    ]
    assert {one.trial.column for one in shown} == set(order[FIRST_PAGE + 3 : FIRST_PAGE + 5])
    assert {one.trial.propensity(EXPLORING_RANK, one.columns[4]) for one in shown} == {1 / 2}


def test_nothing_explores_without_a_seed_or_without_anything_to_try():
    catalog, scores, eligible = large()
    assert slate(scores, eligible, catalog, 5, arranging=Arranging(0, 1.0)).trial.column is None
    few = np.arange(60) < FIRST_PAGE
    shown = slate(scores, few, catalog, 5, arranging=Arranging(0, 1.0, "seed"))
    assert shown.trial.propensity(EXPLORING_RANK, shown.columns[-1]) == 1
