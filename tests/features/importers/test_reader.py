import csv
import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.importers import reader
from features.importers.reader import open_csv
from recommender.errors import ImportRefused, InvalidInput


@pytest.fixture
def read(tmp_path):
    """Header and rows of a file with these bytes."""

    def read_bytes(content):
        path = tmp_path / "records.csv"
        path.write_bytes(content)
        with open_csv(path) as file:
            return file.header, [(row.line, row.cells or row.problem) for row in file.rows()]

    return read_bytes


def test_lines_are_the_physical_ones(read):
    header, rows = read(b'a,b\n1,"x\ny"\n\n2,z\n')
    assert header == ["a", "b"]
    assert rows == [(2, ["1", "x\ny"]), (5, ["2", "z"])]


def test_line_ends_may_be_mixed_and_the_mark_is_passed_over(read):
    header, rows = read("\ufeffa,b\r\n1,é\r2,y\n3,z".encode())
    assert header == ["a", "b"]
    assert rows == [(2, ["1", "é"]), (3, ["2", "y"]), (4, ["3", "z"])]


def test_a_quoted_header_after_the_mark(read):
    assert read('\ufeff"a","b"\n'.encode()) == (["a", "b"], [])


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"a,b\n1,caf\xe9\n", "line 2, byte 6"),
        (b"a,b\r1,2\r3,\xff\r", "line 3, byte 3"),
        (b"\xff\xfea\x00,\x00", "line 1, byte 1"),
        (b"a,b\n" + b"1,2\n" * 9000 + b"1,\xe2\x82", "line 9002, byte 3"),
    ],
)
def test_what_is_not_utf8_is_refused_with_its_place(read, content, where):
    with pytest.raises(ImportRefused, match=f"not UTF-8: {where}"):
        read(content)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"\n\n1,2\n"])
def test_a_file_without_a_header_is_refused(read, content):
    with pytest.raises(ImportRefused, match="header"):
        read(content)


def test_a_column_named_twice_is_refused(read):
    with pytest.raises(ImportRefused, match="names 'b' more than once"):
        read(b"a,b, B ,,\n")


def test_a_quote_never_closed_is_refused_with_its_row(read):
    with pytest.raises(ImportRefused, match="starts on line 3 is never closed"):
        read(b'a,b\n1,2\n1,"2\n3,4\n')


def test_broken_quotes_cost_only_their_row(read):
    _, rows = read(b'a,b\n1,"2"x\n3,4\n1,"2\n3"x\n5,6\n')
    assert rows == [
        (2, "quotes do not match"),
        (3, ["3", "4"]),
        (4, "quotes do not match (lines 4 to 5 are one row)"),
        (6, ["5", "6"]),
    ]


def test_a_nul_costs_its_row(read):
    with_problem = read(b"a,b\n1,\x002\n3,4\n")[1]
    assert with_problem[1] == (3, ["3", "4"])


def test_a_nul_is_said(tmp_path):
    path = tmp_path / "records.csv"
    path.write_bytes(b"a,b\n1,\x002\n")
    with open_csv(path) as file:
        assert [row.problem for row in file.rows()] == ["the row holds a NUL character"]


def test_a_cell_over_the_limit_is_refused(read, monkeypatch):
    monkeypatch.setattr(reader, "MAX_FIELD", 10)
    with pytest.raises(ImportRefused, match="line 3: a cell has more than 10 characters"):
        read(b"a,b\n1,2\n1,xxxxxxxxxxxx\n")


@pytest.mark.parametrize("content", [b"a" * 200, b"a,b\n" + b"1," * 100, b'a,b\n1,"' + b"x\n" * 90])
def test_a_row_over_the_limit_is_refused(read, monkeypatch, content):
    monkeypatch.setattr(reader, "MAX_ROW", 100)
    with pytest.raises(ImportRefused, match="more than 100 characters"):
        read(content)


def test_a_file_over_the_limit_is_refused(read, monkeypatch):
    monkeypatch.setattr(reader, "MAX_FILE", 10)
    with pytest.raises(ImportRefused, match="more than 10 bytes"):
        read(b"a,b\n1,2\n3,4\n")


def opened(path):
    with open_csv(path):
        pass


def test_a_symbolic_link_is_refused(tmp_path):
    (tmp_path / "real.csv").write_text("a\n")
    (tmp_path / "records.csv").symlink_to("real.csv")
    with pytest.raises(InvalidInput, match="symbolic link"):
        opened(tmp_path / "records.csv")


def test_what_is_no_file_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "records.csv")
    with pytest.raises(InvalidInput, match="not a regular file"):
        opened(tmp_path / "records.csv")


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(InvalidInput, match=r"records.csv cannot be read: No such file"):
        opened(tmp_path / "records.csv")


CELLS = st.text(st.sampled_from('ab,"\r\n \u2028é\U0001f600'), max_size=6)


@given(
    st.lists(st.tuples(CELLS, CELLS), max_size=8),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.integers(1, 9),
)
def test_rows_are_the_same_wherever_a_block_ends(tmp_path_factory, rows, end, block):
    """Read in blocks of a few characters, a file says what the standard library reads in it."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([("x", "y"), *rows])
    path = tmp_path_factory.mktemp("blocks") / "records.csv"
    path.write_bytes(text.getvalue().encode())
    before = reader.BLOCK
    reader.BLOCK = block
    try:
        with open_csv(path) as file:
            found = [(row.line, row.cells) for row in file.rows()]
    finally:
        reader.BLOCK = before
    plain = csv.reader(io.StringIO(text.getvalue(), newline=""))
    next(plain)
    expected = []
    line = plain.line_num + 1
    for cells in plain:
        expected.append((line, cells))
        line = plain.line_num + 1
    assert found == expected


@pytest.mark.parametrize("most", [1, 2, 3, 100])
def test_rows_in_blocks_are_the_same_rows(tmp_path, most):
    path = tmp_path / "any.csv"
    text = '\ufeffa,b\r\n1,2\r\n\r\n"3\r\n3",4\r\n5\r\n6,"x"y\r\n7,8\n\n9,\0\r10,11'
    path.write_bytes(text.encode())
    with open_csv(path) as file:
        blocks = list(file.blocks(most, 1_000))
    rows = [row for block in blocks for row in block.each()]
    assert max(len(block.rows) for block in blocks) <= most
    assert [(row.line, list(row.cells), row.problem) for row in rows] == [
        (2, ["1", "2"], ""),
        (4, ["3\r\n3", "4"], ""),
        (6, ["5"], "the row has 1 cells, the header 2"),
        (7, [], "quotes do not match"),
        (8, ["7", "8"], ""),
        (10, ["9", "\0"], "the row holds a NUL character"),
        (11, ["10", "11"], ""),
    ]


def test_rows_before_what_refuses_the_file_come_first(tmp_path):
    path = tmp_path / "any.csv"
    path.write_text('a,b\n1,2\n3\n4,"never closed\n')
    told = []
    with open_csv(path) as file, pytest.raises(ImportRefused, match="never closed"):
        told.extend(row.problem for block in file.blocks(10, 1_000) for row in block.each())
    assert told == ["", "the row has 1 cells, the header 2"]
