from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommender.teacher_state import (
    ASSESSMENT,
    EVENT,
    GOAL,
    RATING,
    RECORD,
    UNDATED_MS,
    Ragged,
    TeacherStates,
)
from recommender.vocabulary import RecordStatus, Segment

ENROLLED, EARNED = RecordStatus.ENROLLED.code, RecordStatus.EARNED.code
EXPIRED, REVOKED = RecordStatus.EXPIRED.code, RecordStatus.REVOKED.code


def states_with_records(records):
    """States whose only facts are records: one list of (credential, status, on) a teacher."""
    records = [sorted(rows, key=lambda row: (row[2], row[0], row[1])) for rows in records]
    owner = np.repeat(np.arange(len(records)), [len(rows) for rows in records]).astype(np.int64)
    flat = np.array([row for rows in records for row in rows], dtype=RECORD)
    n = len(records)

    def none(dtype):
        return Ragged.group(np.zeros(0, np.int64), np.zeros(0, dtype), n)

    return TeacherStates(
        as_of=np.zeros(n, np.int64),
        records=Ragged.group(owner, flat, n),
        ratings=none(RATING),
        assessments=none(ASSESSMENT),
        goals=none(GOAL),
        events=none(EVENT),
        grade_bands=np.zeros((n, 2), bool),
        subjects=np.zeros((n, 3), bool),
        years_experience=np.full(n, np.nan, np.float32),
    )


owners = st.lists(st.integers(0, 5), max_size=30).map(lambda xs: np.array(xs, dtype=np.int64))


@given(owners)
def test_grouping_gives_each_teacher_their_rows_in_the_order_they_came(owner):
    rows = np.arange(len(owner))
    ragged = Ragged.group(owner, rows, teachers=6)
    assert len(ragged) == 6
    for teacher in range(6):
        assert ragged.of(teacher).tolist() == rows[owner == teacher].tolist()
    assert ragged.owner.tolist() == sorted(owner.tolist())


@given(owners, st.lists(st.integers(0, 5), max_size=8))
def test_taking_teachers_keeps_their_rows(owner, chosen):
    ragged = Ragged.group(owner, np.arange(len(owner)), teachers=6)
    taken = ragged.take(np.array(chosen, dtype=np.int64))
    assert [taken.of(i).tolist() for i in range(len(chosen))] == [
        ragged.of(teacher).tolist() for teacher in chosen
    ]


@given(owners, st.randoms(use_true_random=False))
def test_keeping_rows_drops_only_the_others(owner, random):
    ragged = Ragged.group(owner, np.arange(len(owner)), teachers=6)
    mask = np.array([random.random() < 0.5 for _ in owner], dtype=bool)
    kept = ragged.keep(mask)
    for teacher in range(6):
        before = slice(ragged.start[teacher], ragged.start[teacher + 1])
        assert kept.of(teacher).tolist() == ragged.rows[before][mask[before]].tolist()


def test_history_has_the_latest_status_of_each_credential():
    states = states_with_records([[(4, ENROLLED, 10), (4, EARNED, 20), (7, EARNED, 15)], []])
    history = states.history
    assert [tuple(row) for row in history.of(0)] == [(7, EARNED, 15), (4, EARNED, 20)]
    assert len(history.of(1)) == 0


def test_of_records_of_one_moment_the_one_furthest_along_counts():
    states = states_with_records([[(4, ENROLLED, 10), (4, EARNED, 10)]])
    assert states.history.rows["status"].tolist() == [EARNED]


def test_a_dated_status_counts_over_an_undated_one():
    states = states_with_records([[(4, EARNED, UNDATED_MS), (4, EXPIRED, 3)]])
    assert states.history.rows["status"].tolist() == [EXPIRED]


def test_a_revoked_credential_is_not_history():
    states = states_with_records([[(4, EARNED, 1), (4, REVOKED, 2)]])
    assert len(states.history.rows) == 0


def test_segments_follow_the_length_of_the_history():
    lengths = [0, 1, 2, 3, 9, 10, 25]
    states = states_with_records([[(c, EARNED, c) for c in range(n)] for n in lengths])
    names = [Segment.from_code(int(code)).value for code in states.segments]
    assert names == ["0", "1-2", "1-2", "3-9", "3-9", "10+", "10+"]


def test_taking_states_takes_every_part():
    states = states_with_records([[(0, EARNED, 1)], [], [(1, EARNED, 2), (2, EARNED, 3)]])
    taken = states.take([2, 0])
    assert len(taken) == 2
    assert taken.history.counts.tolist() == [2, 1]
    assert taken.grade_bands.shape == (2, 2)
    assert taken.segments.tolist() == states.segments[[2, 0]].tolist()


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(-3, 3)), max_size=12))
def test_history_is_in_order_of_moment_and_names_a_credential_once(rows):
    rows = list(set(rows))
    history = states_with_records([rows]).history.of(0)
    assert len(set(history["credential"].tolist())) == len(history)
    assert all(a <= b for a, b in pairwise(history["on"].tolist()))
