from datetime import date

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from features.jobs import frames
from features.jobs.frames import Numbering, coded, in_order, known_by, plain, timestamps
from features.jobs.records import read_records
from recommender.axes import ABSENT
from recommender.teacher_state import UNDATED_MS
from recommender.vocabulary import SetBy
from tests.features.store_rows import StoreRows, moment


def test_reading_in_chunks_reads_everything_once(engine, monkeypatch):
    rows = StoreRows(engine)
    rows.teacher("t")
    rows.credential("c")
    for day in range(1, 6):
        rows.record("t", "c", moment(date(2026, 1, day)))
    whole = read_records(engine.connect())
    monkeypatch.setattr(frames, "CHUNK", 2)
    pd.testing.assert_frame_equal(read_records(engine.connect()), whole)
    assert len(whole) == 5


def test_nothing_to_read_has_the_same_types(engine):
    with engine.connect() as connection:
        frame = read_records(connection)
    assert len(frame) == 0
    assert [str(dtype) for dtype in frame.dtypes] == ["int64", "int64", "int8", "int64"]


def test_known_by_keeps_the_moment_itself_and_the_undated():
    raw = pd.DataFrame({"on": [UNDATED_MS, 5, 6]})
    assert known_by(raw, 5)["on"].tolist() == [UNDATED_MS, 5]
    assert known_by(raw, 6) is raw


def test_numbering_gives_rows_and_says_what_is_absent():
    numbering = Numbering.of(np.array([30, 10, 20]))
    assert numbering(np.array([10, 20, 30, 99])).tolist() == [1, 2, 0, ABSENT]
    assert Numbering.of(np.array([], dtype=np.int64))(np.array([1])).tolist() == [ABSENT]


def test_words_moments_and_texts_sort_as_they_should():
    assert plain(pd.Series(coded(np.array([1, 0]), SetBy))).tolist() == [1, 0]
    undated = pd.Series(timestamps(np.array([7, UNDATED_MS])))
    assert undated.isna().tolist() == [False, True]
    assert plain(undated).tolist() == [7, UNDATED_MS]
    assert plain(pd.Series(["b", "a", "b"], dtype=str)).tolist() == [1, 0, 1]


def test_order_is_of_content_alone():
    frame = pd.DataFrame({"a": [2, 1, 1], "b": [0.5, np.nan, 0.1], "on": [3, 2, 2]})
    expected = in_order(frame, ("on",))
    assert_array_equal(expected["b"], [0.1, np.nan, 0.5])
    for order in ([1, 2, 0], [2, 0, 1]):
        pd.testing.assert_frame_equal(in_order(frame.iloc[order], ("on",)), expected)


@pytest.mark.parametrize("column", ["a", "b"])
def test_every_column_breaks_ties(column):
    frame = pd.DataFrame({"on": [1, 1], "a": [0, 0], "b": ["x", "x"]})
    frame[column] = [2, 1] if column == "a" else ["z", "y"]
    assert in_order(frame, ("on",))[column].is_monotonic_increasing
