"""What is refused, what is rejected, and what a report may show (no need of two databases)."""

import json
from datetime import date, timedelta

import pytest

from recommender import clock
from recommender.errors import ImportRefused, InvalidInput

RECORDS = "teacher_id,credential_id,status,on,source"
RATINGS = "teacher_id,framework,standard_code,level,scale_min,scale_max,rated_on,cycle"

STATUS_RULE = '"is not one of enrolled, submitted, earned, expired, revoked"'


@pytest.fixture
def engine(sqlite_engine):
    return sqlite_engine


def test_bad_rows_are_rejected_and_the_others_go_on(bring, write, folder, data_dir):
    tomorrow, later = (clock.today() + timedelta(days=days) for days in (1, 2))
    write(
        "records",
        RECORDS,
        "T1,M1,earned,2025-01-01,x",
        ",M1,earned,,x",
        "T1,M1,=cmd(),2025-01-01,x",
        "T1,M1,earned,01/02/2025,x",
        f"T1,M1,earned,{later},x",
        f"T1,M1,earned,{tomorrow},x",
        "T1,M1,earned",
        "T1,M1,earned,,x,y",
    )
    done = bring()
    assert (done.records.rows, done.records.added, done.records.rejected) == (8, 2, 6)
    report = done.summary.report
    assert report.name == "rejected.csv"
    assert report.parent.parent == data_dir.absolute() / "imports"
    assert report.read_text(encoding="utf-8").splitlines() == [
        "file,line,column,value,rule",
        "records.csv,3,teacher_id,,is empty",
        f"records.csv,4,status,'=cmd(),{STATUS_RULE}",
        "records.csv,5,on,01/02/2025,is not a moment like 2026-05-31T16:41:10Z",
        f"records.csv,6,on,{later},is later than tomorrow",
        'records.csv,8,,,"the row has 3 cells, the header 5"',
        'records.csv,9,,,"the row has 6 cells, the header 5"',
    ]
    assert done.summary.examples[0] == "records.csv, line 3: teacher_id is empty."


def test_no_rating_and_no_address_is_ever_reported(bring, write, folder):
    write(
        "evaluations",
        RATINGS,
        "T1,SC,1,7.25,1,4,2025-01-01,",
        "T1,SC,1,7.25x,1,4,2025-01-01,",
        "T1,SC,1,3,7.25,4,2025-01-01,",
        "T1,SC,1,3,1,4,7.25,",
        "T1,SC,1,3,1,4,31.12.2025,",
    )
    write(
        "teachers",
        "teacher_id,email,years_experience",
        "T1,not an address,3",
        "T2,ana@example.org,ben@example.org",
    )
    written = bring(report=folder / "bad.csv").summary.report.read_text()
    assert written.count("\n") == 8
    assert "7.25" not in written
    assert "example.org" not in written
    assert "not an address" not in written
    assert "31.12.2025" in written
    assert "evaluations.csv,2,level,,is outside its scale" in written


def test_a_report_that_was_asked_for_is_written_even_if_empty(bring, write, folder):
    write("credentials", "credential_id", "M")
    bring(report=folder / "sub" / "bad.csv")
    assert (folder / "sub" / "bad.csv").read_text() == "file,line,column,value,rule\n"


def test_a_refused_import_leaves_no_report(bring, write, folder):
    write("credentials", "credential_id,hours", "M,many")
    write("records", "teacher_id,credential_id", "T,M")
    with pytest.raises(ImportRefused, match=r"records.csv lacks the column\(s\) status, on"):
        bring(report=folder / "bad.csv")
    assert sorted(path.name for path in folder.iterdir()) == ["credentials.csv", "records.csv"]


def test_unknown_columns_and_files_are_named_and_left(bring, write):
    write("credentials", "credential_id,colour,title", "M,red,One")
    write("heldout_records", RECORDS, "T,M,earned,,")
    write("salaries", "teacher_id", "T")
    done = bring()
    assert done.credentials.unknown_columns == ("colour",)
    assert done.summary.left_alone == {
        "heldout_records.csv": "held out for judging a model, never imported",
        "salaries.csv": "no contract has this name",
    }


def test_header_names_may_differ_in_case_and_blanks(bring, write):
    write("credentials", " Credential_ID , TITLE", "M,One")
    assert bring().credentials.added == 1


@pytest.mark.parametrize(
    ("name", "line", "rule"),
    [
        ("goals", "T,,,,2025-01-01,,", "exactly one"),
        ("goals", "T,SC,1,Mentor,2025-01-01,,", "exactly one"),
        ("goals", "T,,1,Mentor,2025-01-01,,", "empty beside"),
        ("goals", "T,SC,1,,2025-01-01,2024-01-01,", "before set_on"),
        ("goals", "T,SC,1,,2025-01-01,,parent", "not one of"),
        ("credentials", "M,-1,,", "below zero"),
        ("credentials", "M,nan,,", "not a number"),
        ("credentials", "M,1e999,,", "not a finite"),
        ("credentials", "M,1,2025-01-02,2025-01-01", "before valid_from"),
        ("alignments", "M,SC,1,0", "above 0"),
        ("alignments", "M,SC,1,1.5", "at most 1"),
        ("standards", "SC,1,1", "itself"),
        ("crosswalk", "SC,1,SC,1", "starts from"),
        ("evaluations", "T,SC,1,3,4,1,2025-01-01", "not above scale_min"),
        ("evaluations", "T,SC,1,3,,4,2025-01-01", "is empty"),
    ],
)
def test_a_row_that_contradicts_itself_is_rejected(bring, write, name, line, rule):
    headers = {
        "goals": "teacher_id,framework,standard_code,pathway,set_on,until,set_by",
        "credentials": "credential_id,hours,valid_from,retired_on",
        "alignments": "credential_id,framework,standard_code,strength",
        "standards": "framework,code,parent",
        "crosswalk": "from_framework,from_code,to_framework,to_code",
        "evaluations": "teacher_id,framework,standard_code,level,scale_min,scale_max,rated_on",
    }
    write(name, headers[name], line)
    done = bring()
    assert done.summary.rejected == 1
    assert rule in done.summary.examples[0]


@pytest.mark.parametrize("district", ["", "  ", "x" * 300, "a\nb"])
def test_an_unusable_district_is_refused(bring, write, district):
    write("credentials", "credential_id", "M")
    with pytest.raises(InvalidInput, match="--district"):
        bring(district=district)


def test_an_as_of_before_everything_is_refused(bring, write):
    write("credentials", "credential_id", "M")
    with pytest.raises(InvalidInput, match="--as-of"):
        bring(as_of=date(1, 1, 1))


@pytest.mark.parametrize("target", ["nowhere.csv", "pipe"])
def test_a_link_in_the_folder_is_refused(bring, write, folder, target):
    write("credentials", "credential_id", "M")
    (folder / "records.csv").symlink_to(target)
    with pytest.raises(InvalidInput, match="symbolic link"):
        bring()


def test_a_report_that_cannot_be_written_is_said_before_anything_changes(
    bring, write, folder, rows
):
    write("credentials", "credential_id", "M")
    with pytest.raises(InvalidInput, match="it is a folder"):
        bring(report=folder)
    assert rows("SELECT count(*) FROM credential") == [(0,)]


def test_a_refused_import_leaves_no_folder(bring, write, data_dir):
    write("credentials", "credential_id,hours", "M,many")
    write("records", RECORDS, 'T,M,earned,,"')
    with pytest.raises(ImportRefused, match="never closed"):
        bring()
    assert list((data_dir / "imports").iterdir()) == []


def test_what_came_of_it_stands_as_json_beside_the_rejected_rows(bring, write, tmp_path, rows):
    write("evaluations", RATINGS, "T1,F,1,9,1,4,2025-01-01,", "T1,F,2,3,1,4,2025-01-01,")
    summary = bring(report_json=tmp_path / "out" / "last.json").summary
    told = json.loads((tmp_path / "out" / "last.json").read_text())
    assert summary.report is not None
    assert json.loads(summary.report.with_suffix(".json").read_text()) == told
    place = {"file": "evaluations.csv", "line": 2, "unit": "line", "column": "level"}
    assert told["rejections"] == [place | {"rule": "is outside its scale"}]
    ((kept,),) = rows("SELECT summary FROM import_run")
    assert "is outside its scale" in kept


def test_the_store_keeps_the_places_of_the_first_rows_alone(bring, write):
    write("credentials", "credential_id,hours", *["M,many"] * 205)
    summary = bring().summary
    assert (summary.rejected, len(summary.rejections)) == (205, 200)
