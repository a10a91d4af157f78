import pytest

from features.importers.folders import find_files, folder_district
from recommender.errors import InvalidInput, NotFound


def touch(folder, *names):
    for name in names:
        (folder / name).write_text("teacher_id\n")


def test_files_come_in_the_order_of_merging(tmp_path):
    touch(tmp_path, "records.csv", "standards.csv", "teachers.csv", "notes.txt")
    found = find_files([tmp_path])
    assert [source.path.name for source in found.sources] == [
        "standards.csv",
        "teachers.csv",
        "records.csv",
    ]
    assert found.left_alone == {}


def test_a_file_named_twice_is_read_once(tmp_path):
    touch(tmp_path, "records.csv")
    assert len(find_files([tmp_path, tmp_path / "records.csv"]).sources) == 1


def test_a_missing_path_is_said(tmp_path):
    with pytest.raises(NotFound, match="nowhere does not exist"):
        find_files([tmp_path / "nowhere"])


def test_a_folder_with_nothing_known_lists_what_is_known(tmp_path):
    touch(tmp_path, "heldout_records.csv", "salaries.csv")
    with pytest.raises(InvalidInput, match=r"nothing to import.*held out.*Known: standards.csv"):
        find_files([tmp_path])


def test_a_single_unknown_file_lists_what_is_known(tmp_path):
    touch(tmp_path, "salaries.csv")
    with pytest.raises(InvalidInput, match=r"no contract has this name.*records.csv"):
        find_files([tmp_path / "salaries.csv"])


@pytest.mark.parametrize(
    ("roster", "district"),
    [
        (None, "default"),
        ("teacher_id\nT\n", "default"),
        ("teacher_id,district_id\nT,\n", "default"),
        ("teacher_id,district_id\nT,A\nU,A\nV,\n", "A"),
        ("teacher_id,district_id\nT,A\nU,B\n", None),
        ("teacher_id,district_id\nT,A\n,B\nx,y,B\n", "A"),
    ],
)
def test_the_roster_says_the_district(tmp_path, roster, district):
    if roster is not None:
        (tmp_path / "teachers.csv").write_text(roster)
    assert folder_district(tmp_path, None) == district
    assert folder_district(tmp_path, "given") == "given"
