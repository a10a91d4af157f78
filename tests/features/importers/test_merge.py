"""Corrections supersede, rosters and alignments are dated, catalogs change in place."""

from datetime import date

import pytest

RATINGS = "teacher_id,framework,standard_code,level,scale_min,scale_max,rated_on,cycle"
RECORDS = "teacher_id,credential_id,status,on,source"
ALIGNMENTS = "credential_id,framework,standard_code,strength"
CONTEXTS = (
    "SELECT school_id, valid_from, valid_to FROM teacher_context ORDER BY teacher_id, valid_from"
)
LINKS = (
    "SELECT code, strength, valid_from, valid_to FROM alignment"
    " JOIN standard s ON s.id = standard_id ORDER BY code, valid_from, credential_id"
)
ALWAYS, FOREVER = "0001-01-01", "9999-12-31"
AUTUMN, SPRING = date(2025, 9, 1), date(2026, 2, 1)


def test_a_correction_supersedes_and_never_overwrites(bring, write, rows):
    write("evaluations", RATINGS, "T,SC,1,2,1,4,2025-03-01,", "T,SC,2,2,1,4,2025-03-01,")
    bring()
    write("evaluations", RATINGS, "T,SC,1,3,1,4,2025-03-01,", "T,SC,2,2,1,4,2025-03-01,")
    done = bring()
    assert (done.evaluations.changed, done.evaluations.unchanged) == (1, 1)
    assert rows(
        "SELECT code, level, CASE WHEN superseded_at IS NULL THEN 1 ELSE 0 END"
        " FROM evaluation_rating r JOIN standard s ON s.id = standard_id ORDER BY r.id"
    ) == [("1", 2.0, 0), ("2", 2.0, 1), ("1", 3.0, 1)]
    assert bring().evaluations.unchanged == 2


def test_going_back_to_the_first_value_is_a_correction_too(bring, write, rows):
    for level in (2, 3, 2):
        write("evaluations", RATINGS, f"T,SC,1,{level},1,4,2025-03-01,")
        bring()
    assert rows("SELECT level FROM evaluation_rating ORDER BY id") == [(2.0,), (3.0,), (2.0,)]
    assert rows("SELECT count(*) FROM evaluation_rating WHERE superseded_at IS NULL") == [(1,)]


def test_not_rated_and_rated_are_different_facts(bring, write):
    write("evaluations", RATINGS, "T,SC,1,,1,4,2025-03-01,")
    bring()
    write("evaluations", RATINGS, "T,SC,1,2,1,4,2025-03-01,")
    assert bring().evaluations.changed == 1


@pytest.mark.parametrize("on", ["", "2025-04-01", "2025-04-01T10:00:00.250Z"])
def test_a_record_with_another_source_supersedes(bring, write, rows, on):
    write("records", RECORDS, f"T,M,earned,{on},a")
    bring()
    write("records", RECORDS, f"T,M,earned,{on},b")
    assert bring().records.changed == 1
    assert rows("SELECT source FROM credential_record WHERE superseded_at IS NULL") == [("b",)]


def test_a_column_that_a_file_lacks_leaves_what_is_known(bring, write, rows):
    write("records", RECORDS, "T,M,earned,2025-01-01,badges")
    write("teachers", "teacher_id,email,school_id", "T,t@example.org,S1")
    bring()
    write("records", "teacher_id,credential_id,status,on", "T,M,earned,2025-01-01")
    write("teachers", "teacher_id,given_name", "T,Tea")
    done = bring()
    assert (done.records.unchanged, done.teachers.changed) == (1, 1)
    assert rows("SELECT email, given_name FROM teacher") == [("t@example.org", "Tea")]
    assert rows(CONTEXTS) == [("S1", ALWAYS, FOREVER)]


def test_an_empty_cell_says_unknown(bring, write, rows):
    write("credentials", "credential_id,title,hours", "M,One,5")
    bring()
    write("credentials", "credential_id,title,hours", "M,,")
    assert bring().credentials.changed == 1
    assert rows("SELECT title, hours FROM credential") == [("", None)]


def test_the_first_roster_is_valid_from_ever_and_a_change_from_its_day(bring, write, rows):
    write("teachers", "teacher_id,school_id", "T,S1")
    bring(as_of=AUTUMN)
    assert rows(CONTEXTS) == [("S1", ALWAYS, FOREVER)]
    write("teachers", "teacher_id,school_id", "T,S2")
    assert bring(as_of=SPRING).teachers.changed == 1
    assert rows(CONTEXTS) == [("S1", ALWAYS, "2026-01-31"), ("S2", "2026-02-01", FOREVER)]
    assert bring(as_of=SPRING).teachers.unchanged == 1


def test_a_second_change_on_the_same_day_corrects_the_first(bring, write, rows):
    for school in ("S1", "S2", "S3"):
        write("teachers", "teacher_id,school_id", f"T,{school}")
        bring(as_of=SPRING)
    assert rows(CONTEXTS) == [("S1", ALWAYS, "2026-01-31"), ("S3", "2026-02-01", FOREVER)]


def test_an_older_roster_fills_its_own_time_only(bring, write, rows):
    write("teachers", "teacher_id,school_id", "T,S1")
    bring()
    write("teachers", "teacher_id,school_id", "T,S3")
    bring(as_of=SPRING)
    write("teachers", "teacher_id,school_id", "T,S2")
    bring(as_of=AUTUMN)
    assert rows(CONTEXTS) == [
        ("S1", ALWAYS, "2025-08-31"),
        ("S2", "2025-09-01", "2026-01-31"),
        ("S3", "2026-02-01", FOREVER),
    ]


def test_a_new_name_changes_no_context(bring, write, rows):
    write("teachers", "teacher_id,given_name,school_id", "T,Ana,S1")
    bring()
    write("teachers", "teacher_id,given_name,school_id", "T,Anna,S1")
    assert bring().teachers.changed == 1
    assert len(rows(CONTEXTS)) == 1


def test_links_no_longer_named_end_that_day(bring, write, rows):
    write("alignments", ALIGNMENTS, "M,SC,1,1", "M,SC,2,0.5", "N,SC,1,1")
    bring(as_of=AUTUMN)
    write("alignments", ALIGNMENTS, "M,SC,2,0.8", "M,SC,3,")
    done = bring(as_of=SPRING)
    item = done.alignments
    assert (item.added, item.changed, item.closed) == (1, 1, 1)
    assert rows(LINKS) == [
        ("1", 1.0, ALWAYS, "2026-01-31"),
        ("1", 1.0, ALWAYS, FOREVER),
        ("2", 0.5, ALWAYS, "2026-01-31"),
        ("2", 0.8, "2026-02-01", FOREVER),
        ("3", 1.0, "2026-02-01", FOREVER),
    ]
    again = bring(as_of=SPRING).alignments
    assert (again.unchanged, again.closed) == (2, 0)


def test_a_link_dropped_and_named_again_the_same_day(bring, write, rows):
    write("alignments", ALIGNMENTS, "M,SC,1,1")
    bring(as_of=AUTUMN)
    both = (ALIGNMENTS, "M,SC,1,1", "M,SC,2,1")
    write("alignments", *both)
    bring(as_of=SPRING)
    write("alignments", *both[:2])
    assert bring(as_of=SPRING).alignments.closed == 1
    write("alignments", *both)
    assert bring(as_of=SPRING).alignments.added == 1
    assert rows(LINKS) == [("1", 1.0, ALWAYS, FOREVER), ("2", 1.0, "2026-02-01", FOREVER)]


def test_a_link_that_returns_before_it_began_ends_where_it_began(bring, write, rows):
    write("alignments", ALIGNMENTS, "M,SC,1,1")
    bring(as_of=AUTUMN)
    both = (ALIGNMENTS, "M,SC,1,1", "M,SC,2,1")
    write("alignments", *both)
    bring(as_of=SPRING)
    bring(as_of=AUTUMN)
    assert rows(LINKS)[1:] == [
        ("2", 1.0, "2025-09-01", "2026-01-31"),
        ("2", 1.0, "2026-02-01", FOREVER),
    ]


def test_a_rejected_link_ends_nothing(bring, write, rows):
    write("alignments", ALIGNMENTS, "M,SC,1,1", "M,SC,2,1")
    bring(as_of=AUTUMN)
    write("alignments", ALIGNMENTS, "M,SC,1,1", "M,SC,2,7")
    done = bring(as_of=SPRING).alignments
    assert (done.rejected, done.closed) == (1, 0)
    assert [row[3] for row in rows(LINKS)] == [FOREVER, FOREVER]


def test_one_shared_credential_named_by_two_districts_is_linked_once(bring, write, rows):
    write("credentials", "credential_id", "M")
    write("alignments", f"{ALIGNMENTS},district_id", "M,SC,1,1,A", "M,SC,1,1,B")
    done = bring().alignments
    assert (done.added, done.repeats) == (1, 1)
    assert len(rows(LINKS)) == 1


def test_catalog_rows_change_in_place(bring, write, rows):
    write("quality", "credential_id,component,met", "M,evidence,no")
    write("pathways", "pathway,title", "P,Old")
    write("crosswalk", "from_framework,from_code,to_framework,to_code,strength", "A,1,B,1,0.5")
    write("caseloads", "coach_id,teacher_id,from,to", "C,T,2025-01-01,")
    bring()
    write("quality", "credential_id,component,met", "M,evidence,yes")
    write("pathways", "pathway,title", "P,New")
    write("crosswalk", "from_framework,from_code,to_framework,to_code,strength", "A,1,B,1,0.9")
    write("caseloads", "coach_id,teacher_id,from,to", "C,T,2025-01-01,2025-06-30")
    done = bring()
    assert [item.changed for item in done.summary.files] == [1, 1, 1, 1]
    assert rows("SELECT met FROM quality_review") == [("met",)]
    assert rows("SELECT title FROM pathway") == [("New",)]
    assert rows("SELECT strength FROM crosswalk_link") == [(0.9,)]
    assert rows("SELECT valid_to FROM caseload") == [("2025-06-30",)]


def test_a_crosswalk_makes_the_roots_of_both_frameworks(bring, write, rows):
    write("crosswalk", "from_framework,from_code,to_framework,to_code", "A,1,B,")
    assert bring().crosswalk.stubs == {"standards": 2}
    assert rows("SELECT framework, code FROM standard ORDER BY framework, code") == [
        ("A", "1"),
        ("A", "A"),
        ("B", "B"),
    ]


def test_a_teacher_who_is_no_longer_active_ends_and_may_come_back(bring, write, rows):
    periods = "SELECT valid_from, valid_to FROM teacher_context ORDER BY valid_from"
    write("teachers", "teacher_id,school_id", "T,S1")
    bring(as_of=date(2024, 1, 1))
    write("teachers", "teacher_id,school_id,active", "T,S1,no")
    ended = bring(as_of=date(2025, 1, 1))
    assert (ended.teachers.changed, ended.teachers.added) == (1, 0)
    assert rows(periods) == [("0001-01-01", "2024-12-31")]
    again = bring(as_of=date(2025, 1, 1))
    assert again.teachers.unchanged == 1
    write("teachers", "teacher_id,school_id", "T,S2")
    assert bring(as_of=date(2025, 8, 1)).teachers.changed == 1
    assert rows(periods)[1] == ("2025-08-01", "9999-12-31")


def test_an_entry_that_ends_on_the_day_it_began_never_was(bring, write, rows):
    write("teachers", "teacher_id,active", "T,no", "U,yes")
    bring(as_of=date(2025, 1, 1))
    write("teachers", "teacher_id,school_id", "U,S2")
    bring(as_of=date(2025, 8, 1))
    write("teachers", "teacher_id,active", "U,no")
    assert bring(as_of=date(2025, 8, 1)).teachers.changed == 1
    assert rows("SELECT valid_from, valid_to FROM teacher_context") == [
        ("0001-01-01", "2025-07-31")
    ]
    assert rows("SELECT count(*) FROM teacher") == [(2,)]
