import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.importers.report import RejectedRows, Rejection, rejected_rows, spreadsheet_safe
from recommender.errors import InvalidInput


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_no_cell_starts_a_formula(cell):
    assert spreadsheet_safe(cell) == f"'{cell}"


@given(st.text())
def test_a_safe_cell_never_starts_a_formula(cell):
    assert not spreadsheet_safe(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_values_are_cut_and_addresses_hidden(tmp_path):
    with rejected_rows(tmp_path / "bad.csv", always=False) as report:
        report.add(Rejection("records.csv", 7, "on", "x" * 500, "is not a date"))
        report.add(Rejection("records.csv", 8, "on", "see ana@example.org now", "is not a date"))
        report.keep()
    with (tmp_path / "bad.csv").open(newline="") as stream:
        _, first, second = csv.reader(stream)
    assert len(first[3]) == 200
    assert second == ["records.csv", "8", "on", "see (e-mail) now", "is not a date"]


def test_nothing_is_left_after_an_error(tmp_path):
    def fail():
        with rejected_rows(tmp_path / "bad.csv", always=False) as report:
            report.add(Rejection("records.csv", 7, "on", "x", "is not a date"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_without_a_rejected_row_there_is_no_file(tmp_path):
    report = RejectedRows(tmp_path / "bad.csv", always=False)
    report.keep()
    assert (report.planned, list(tmp_path.iterdir())) == (None, [])


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    report = RejectedRows(tmp_path / "file" / "bad.csv", always=True)
    with pytest.raises(InvalidInput, match="cannot be written"):
        report.keep()
