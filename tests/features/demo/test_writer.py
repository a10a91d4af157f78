import csv

import numpy as np
import pytest

from features.demo import writer
from features.demo.writer import Days, Labels, Moments, Texts, constant, numbers, write_table


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_columns_become_rows_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "CHUNK", 2)
    table = {
        "who": Labels(["a", "b, the second", ""], np.array([1, 0, -1, 1, 0])),
        "day": Days(np.array([0, 20634, -1, 1, 0])),
        "at": Moments(np.array([0, 61, 86_400, 5, 7])),
        "number": numbers(np.array([1.0, 0.25, np.nan, 30.0, 0.0])),
        "scale": constant("4", 5),
        "text": Texts(["é", 'say "x"', "", "two\nlines", "z"]),
    }
    assert write_table(tmp_path / "x.csv", table) == 5
    header, *rows = read(tmp_path / "x.csv")
    assert header == list(table)
    assert rows[0] == ["b, the second", "1970-01-01", "1970-01-01T00:00:00Z", "1", "4", "é"]
    assert rows[1] == ["a", "2026-06-30", "1970-01-01T00:01:01Z", "0.25", "4", 'say "x"']
    assert rows[2] == ["", "", "1970-01-02T00:00:00Z", "", "4", ""]
    assert len(rows) == 5


def test_a_table_without_rows_is_a_header(tmp_path):
    assert write_table(tmp_path / "x.csv", {"a": Texts([]), "b": Days(np.array([], int))}) == 0
    assert (tmp_path / "x.csv").read_bytes() == b"a,b\n"


def test_columns_of_different_lengths_are_refused(tmp_path):
    with pytest.raises(ValueError, match="different lengths"):
        write_table(tmp_path / "x.csv", {"a": Texts(["1"]), "b": Texts([])})
