import csv
from datetime import date, datetime

import pytest

from features.importers.plain_contracts import BY_FILE_NAME
from recommender.vocabulary import EventKind, QualityStatus, RecordStatus, SetBy

UNTIL = "2026-06-30"
COLUMNS = {
    "teachers": "teacher_id,email,given_name,family_name,school_id,district_id,state,grade_bands,"
    "subjects,years_experience,license_type,license_expires_on",
    "coaches": "district_id,coach_id,email,name",
    "caseloads": "district_id,coach_id,teacher_id,from,to",
    "credentials": "credential_id,title,issuer,competency,description,hours,cost_usd,grade_bands,"
    "subjects,stack,prerequisites,url,qa_status,valid_from,retired_on,format,needs_students,"
    "fee_usd,turnaround_days,serves,kind",
    "alignments": "credential_id,framework,standard_code,strength",
    "standards": "framework,code,title,parent,source,verified",
    "crosswalk": "from_framework,from_code,to_framework,to_code,strength,source,verified",
    "quality": "credential_id,component,met,reviewer,reviewed_on",
    "pathways": "pathway,title,kind,state,district_id,requires,source,verified",
    "goals": "district_id,teacher_id,framework,standard_code,pathway,set_on,until,set_by",
    "self_assessments": "district_id,teacher_id,framework,standard_code,level,scale_min,scale_max,"
    "taken_on,wants_to_grow",
    "evaluations": "district_id,teacher_id,framework,standard_code,level,scale_min,scale_max,"
    "rated_on,cycle",
    "records": "district_id,teacher_id,credential_id,status,on,source",
    "events": "district_id,teacher_id,credential_id,kind,at",
}
PEOPLE = ("caseloads", "goals", "self_assessments", "evaluations", "records", "events")
SCALED = ("self_assessments", "evaluations")
DATED = {
    "goals": "set_on",
    "self_assessments": "taken_on",
    "evaluations": "rated_on",
    "records": "on",
    "events": "at",
    "caseloads": "from",
}


def test_there_is_a_file_for_each_contract_and_no_other(rows):
    assert rows.keys() == COLUMNS.keys()
    assert all(rows.values())


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_are_those_of_the_contract(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == COLUMNS[name].split(",")


@pytest.mark.parametrize("name", COLUMNS)
def test_an_import_knows_every_column(name):
    known = {column.name for column in BY_FILE_NAME[f"{name}.csv"].in_file} | {"district_id"}
    assert set(COLUMNS[name].split(",")) <= known


@pytest.mark.parametrize("name", PEOPLE)
def test_every_person_is_on_the_roster_of_their_own_district(rows, name):
    teachers = {(row["district_id"], row["teacher_id"]) for row in rows["teachers"]}
    assert {(row["district_id"], row["teacher_id"]) for row in rows[name]} <= teachers


def test_every_coach_of_a_caseload_is_known(rows):
    coaches = {(row["district_id"], row["coach_id"]) for row in rows["coaches"]}
    assert {(row["district_id"], row["coach_id"]) for row in rows["caseloads"]} <= coaches


@pytest.mark.parametrize("name", ["goals", "self_assessments", "evaluations", "alignments"])
def test_every_standard_is_known(rows, name):
    standards = {(row["framework"], row["code"]) for row in rows["standards"]}
    named = {(row["framework"], row["standard_code"]) for row in rows[name]}
    assert named - {("", "")} <= standards


@pytest.mark.parametrize("name", ["records", "events", "alignments", "quality"])
def test_every_credential_is_known(rows, name):
    known = {row["credential_id"] for row in rows["credentials"]}
    assert {row["credential_id"] for row in rows[name]} <= known


@pytest.mark.parametrize(("name", "column"), DATED.items())
def test_no_fact_is_later_than_the_last_day_or_older_than_five_years(rows, name, column):
    days = {row[column][:10] for row in rows[name]}
    assert max(days) <= UNTIL
    assert min(days) >= "2021-07-01"
    assert all(date.fromisoformat(day) for day in days)


@pytest.mark.parametrize(("name", "column"), [("records", "on"), ("events", "at")])
def test_moments_are_in_utc_to_the_second(rows, name, column):
    assert all(row[column].endswith("Z") for row in rows[name])
    assert all(datetime.fromisoformat(row[column]).tzinfo for row in rows[name][:200])


@pytest.mark.parametrize("name", SCALED)
def test_levels_are_within_their_scale(rows, name):
    for row in rows[name]:
        assert not row["level"] or (
            int(row["scale_min"]) <= int(row["level"]) <= int(row["scale_max"])
        )


def test_words_are_those_of_the_vocabulary(rows):
    def words(name, column):
        return {row[column] for row in rows[name]}

    assert words("records", "status") == {"enrolled", "submitted", "earned", "expired"}
    assert words("records", "status") <= set(RecordStatus)
    assert words("events", "kind") == {"shown", "viewed", "saved", "dismissed", "known"}
    assert words("events", "kind") <= set(EventKind)
    assert words("goals", "set_by") == set(SetBy)
    assert words("credentials", "qa_status") == set(QualityStatus)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("teachers", "district_id,teacher_id"),
        ("coaches", "district_id,coach_id"),
        ("caseloads", "district_id,coach_id,teacher_id,from"),
        ("credentials", "credential_id"),
        ("alignments", "credential_id,framework,standard_code"),
        ("goals", "district_id,teacher_id,framework,standard_code,pathway,set_on"),
        ("quality", "credential_id,component"),
        ("pathways", "district_id,pathway"),
        ("self_assessments", "district_id,teacher_id,framework,standard_code,taken_on"),
        ("evaluations", "district_id,teacher_id,framework,standard_code,rated_on,cycle"),
        ("records", "district_id,teacher_id,credential_id,status,on"),
        ("events", "district_id,teacher_id,credential_id,kind,at"),
    ],
)
def test_no_natural_key_stands_twice(rows, name, key):
    keys = [tuple(row[column] for column in key.split(",")) for row in rows[name]]
    assert len(keys) == len(set(keys))


def test_ids_of_different_districts_overlap(rows):
    districts = {}
    for row in rows["teachers"]:
        districts.setdefault(row["teacher_id"], set()).add(row["district_id"])
    assert len(districts["T00001"]) == 4
    assert {row["state"] for row in rows["teachers"]} == {"AR", "NC", "SC", "WY"}


def test_people_are_invented(rows):
    emails = [row["email"] for name in ("teachers", "coaches") for row in rows[name]]
    assert len(emails) == len(set(emails))
    assert all(email.endswith(".example.org") for email in emails)


def test_about_one_coach_for_twenty_five_teachers(rows):
    assert 20 <= len(rows["teachers"]) / len(rows["coaches"]) <= 26


def test_a_periods_end_is_never_before_its_beginning(rows):
    assert all(not row["to"] or row["from"] <= row["to"] for row in rows["caseloads"])
    assert all(not row["until"] or row["set_on"] <= row["until"] for row in rows["goals"])
    assert all(
        not row["retired_on"] or row["valid_from"] < row["retired_on"]
        for row in rows["credentials"]
    )


def test_much_is_missing_as_in_life(rows):
    teachers = {(row["district_id"], row["teacher_id"]) for row in rows["teachers"]}
    for name in ("evaluations", "records", "goals", "self_assessments"):
        assert teachers - {(row["district_id"], row["teacher_id"]) for row in rows[name]}
    for column in ("hours", "cost_usd", "grade_bands", "subjects", "format", "retired_on"):
        assert 0.02 < sum(not row[column] for row in rows["credentials"]) / 300 < 0.99
    aligned = {row["credential_id"] for row in rows["alignments"]}
    assert 0 < len({row["credential_id"] for row in rows["credentials"]} - aligned) < 40


def test_some_are_under_way_and_some_were_never_finished(rows):
    last = {}
    for row in rows["records"]:
        key = row["district_id"], row["teacher_id"], row["credential_id"]
        last[key] = row["status"], row["on"]
    open_ = [on for status, on in last.values() if status in {"enrolled", "submitted"}]
    assert sum(on > "2026-05" for on in open_) > 5
    assert sum(on < "2026-01" for on in open_) > 5


def test_what_a_teacher_reaches_comes_in_order(rows):
    order = {"enrolled": 0, "submitted": 1, "earned": 2, "expired": 3}
    steps = {}
    for row in rows["records"]:
        key = row["district_id"], row["teacher_id"], row["credential_id"]
        steps.setdefault(key, []).append((row["on"], order[row["status"]]))
    for found in steps.values():
        assert [step for _, step in sorted(found)] == sorted(step for _, step in found)


def test_what_was_sent_away_or_known_is_never_taken_up(rows):
    def keys(name, column, words):
        return {
            (row["district_id"], row["teacher_id"], row["credential_id"])
            for row in rows[name]
            if row[column] in words
        }

    away = keys("events", "kind", {"dismissed", "known"})
    assert away
    assert away.isdisjoint(keys("records", "status", {"enrolled", "earned"}))
