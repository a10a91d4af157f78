import pytest

from recommender.errors import InvalidInput, NotEnoughData, NotFound
from recommender.teacher_state import UNDATED_MS
from training.heldout import given_split

HEADER = "teacher_id,credential_id,status,on,source\n"


@pytest.fixture
def snapshot(district):
    return district([(0, 0, UNDATED_MS), (0, 1, UNDATED_MS), (1, 0, 5)], size=4)


@pytest.fixture
def split(snapshot, tmp_path):
    def make(rows, header=HEADER):
        file = tmp_path / "heldout_records.csv"
        file.write_text(header + rows, encoding="utf-8")
        return given_split(snapshot.data(), snapshot.teachers, file)

    return make


def test_resolves_the_file_through_the_axes(split):
    result = split("t1,c003,earned,,x\nt0,c002,enrolled,,x\nt0,c003,earned,,x\n")
    assert result.teachers.tolist() == [0, 1]
    assert [result.relevant.of(i).tolist() for i in (0, 1)] == [[2, 3], [3]]
    assert "3 held-out records of heldout_records.csv" in result.note


def test_takes_held_out_records_out_of_the_data(split):
    result = split("t0,c001,earned,,x\n")
    assert result.queries.records.rows["credential"].tolist() == [0]
    assert result.train.states.records.counts.tolist() == [1, 1]


def test_counts_whom_and_what_the_snapshot_does_not_know(split):
    result = split("t0,c002,earned,,x\nt9,c001,earned,,x\nt0,c999,earned,,x\nt0,c002,earned,,y\n")
    assert result.relevant.rows.tolist() == [2]
    assert "2 name a teacher or credential not in the snapshot" in result.note


def test_a_revoked_record_is_no_news(split):
    with pytest.raises(NotEnoughData, match="None of the held-out records"):
        split("t0,c002,revoked,,x\n")


def test_two_columns_are_enough(split):
    assert split("t0,c002\n", header="teacher_id,credential_id\n").relevant.rows.tolist() == [2]


def test_a_missing_file_is_named(snapshot, tmp_path):
    with pytest.raises(NotFound, match=r"There is no file .*nowhere\.csv"):
        given_split(snapshot.data(), snapshot.teachers, tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("teacher,credential_id\n", "column teacher_id is missing"),
        ("", "column teacher_id is missing"),
        (HEADER + "t0,c001,earned,,x\nt0,,earned,,x\n", "line 3: teacher_id or credential_id is"),
        (HEADER + "t0\n", "line 2"),
    ],
)
def test_a_file_of_another_contract_is_refused(snapshot, tmp_path, text, message):
    file = tmp_path / "heldout.csv"
    file.write_text(text)
    with pytest.raises(InvalidInput, match=message):
        given_split(snapshot.data(), snapshot.teachers, file)


def test_a_file_that_is_not_text_is_refused(snapshot, tmp_path):
    file = tmp_path / "heldout.csv"
    file.write_bytes(b"teacher_id,credential_id\n\xff\xfe,\x80\n")
    with pytest.raises(InvalidInput, match="not a CSV file in UTF-8"):
        given_split(snapshot.data(), snapshot.teachers, file)
