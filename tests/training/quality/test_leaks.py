from dataclasses import replace

import numpy as np
import pytest

from recommender.teacher_state import Ragged
from training.quality.leaks import find_leaks, refuse_leaks
from training.splits import last_out_split

DAY = 86_400_000


@pytest.fixture
def split(district):
    records = [(t, c, (10 + c) * DAY) for t in range(4) for c in range(t, t + 3)]
    return last_out_split(district(records, [(0, 0, 5 * DAY)], size=8), seed=0)


def _everybody(split):
    return np.arange(len(split.train.states))


def test_a_clean_split_passes(split):
    assert find_leaks(split, _everybody(split)) == []
    refuse_leaks(split, _everybody(split))


def test_a_planted_relevant_record_in_the_history_is_caught(split):
    held = split.relevant.rows.copy()
    held[0] = split.queries.history.of(0)["credential"][0]
    leaking = replace(split, relevant=Ragged(split.relevant.start, held))
    assert "history" in find_leaks(leaking, _everybody(split))[0]
    with pytest.raises(ValueError, match="leaks"):
        refuse_leaks(leaking, _everybody(split))


def test_a_planted_held_out_record_among_those_learned_from_is_caught(split):
    states = split.train.states
    rows = states.records.rows.copy()
    rows["credential"][states.records.start[1]] = split.relevant.of(1)[0]
    planted = replace(states, records=Ragged(states.records.start, rows))
    leaking = replace(split, train=replace(split.train, states=planted))
    assert find_leaks(leaking, _everybody(split)) == [
        "a held-out record is among those learned from"
    ]


def test_a_later_fact_in_a_query_is_caught(split):
    ratings = split.queries.ratings.rows.copy()
    ratings["on"] = split.queries.as_of[0] + 1
    queries = replace(split.queries, ratings=Ragged(split.queries.ratings.start, ratings))
    assert "later" in find_leaks(replace(split, queries=queries), _everybody(split))[0]
