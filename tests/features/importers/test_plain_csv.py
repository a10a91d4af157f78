import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from features.importers.plain_csv import ImportOptions, import_paths
from recommender import clock
from recommender.errors import ImportRefused
from recommender.store.columns import UNDATED
from recommender.store.engine import make_engine
from recommender.store.tables import CredentialRecord, FeedbackEvent

RECORDS = "teacher_id,credential_id,status,on,source"
RATINGS = "teacher_id,framework,standard_code,level,scale_min,scale_max,rated_on,cycle"


def test_every_contract_ends_in_its_table(bring, district, rows):
    done = bring()
    assert [item.file for item in done.summary.files] == [
        *("standards.csv", "crosswalk.csv", "credentials.csv", "alignments.csv", "quality.csv"),
        *("pathways.csv", "teachers.csv", "coaches.csv", "caseloads.csv", "goals.csv"),
        *("self_assessments.csv", "evaluations.csv", "records.csv", "events.csv"),
    ]
    assert [item for item in done.summary.files if item.added != item.rows] == []
    assert (done.summary.stubs, done.summary.rejected, done.summary.report) == (0, 0, None)
    assert done.summary.district == "D1"
    assert rows("SELECT district_id, state FROM district") == [("D1", "SC")]
    assert rows("SELECT framework, code, parent FROM standard ORDER BY framework, code") == [
        ("InTASC", "8", "InTASC"),
        ("InTASC", "InTASC", ""),
        ("SCTS", "INST", "SCTS"),
        ("SCTS", "INST.F", "INST"),
        ("SCTS", "INST.Q", "INST"),
        ("SCTS", "SCTS", ""),
    ]
    assert rows("SELECT source_id, hours, cost_usd, prerequisites, qa_status FROM credential") == [
        ("M1", 10.0, 0.0, "", "met"),
        ("M2", 12.5, None, "M1", "unknown"),
    ]
    assert rows("SELECT district_id, known FROM credential") == [("", 1), ("", 1)]
    assert rows("SELECT component, met FROM quality_review ORDER BY id") == [
        ("evidence", "met"),
        ("rubric", "not_met"),
    ]
    assert rows("SELECT goal_key, set_by, pathway FROM growth_goal ORDER BY id") == [
        ("standard:SCTS:INST.Q", "coach", ""),
        ("pathway:Mentor", "teacher", "Mentor"),
    ]
    assert rows(
        "SELECT code, level, cycle FROM evaluation_rating r JOIN standard s ON s.id = standard_id"
        " ORDER BY r.id"
    ) == [("INST.Q", 2.0, "2024-25"), ("INST.F", None, "2024-25"), ("SCTS", 3.0, "")]
    assert rows("SELECT reason, kind FROM feedback_event") == [("too long", "dismissed")]


def test_moments_are_kept_in_utc_to_the_millisecond(engine, bring, district):
    bring()
    with Session(engine) as session:
        moments = [row.on for row in session.exec(select(CredentialRecord)).all()]
        assert moments[0].isoformat() == "2025-04-01T10:00:00.250000+00:00"
        assert moments[1] == UNDATED
        event = session.exec(select(FeedbackEvent)).one()
        assert event.at.isoformat() == "2025-10-01T16:00:00+00:00"


def test_importing_twice_changes_nothing(bring, district, dump, rows):
    bring()
    before = dump()
    again = bring()
    assert dump() == before
    assert all(item.unchanged == item.rows for item in again.summary.files)
    assert rows("SELECT count(*) FROM import_run") == [(2,)]


def test_a_dry_run_tells_all_and_changes_nothing(bring, district, dump, rows):
    empty = dump()
    done = bring(dry_run=True)
    assert done.summary.dry_run
    assert done.records.added == 2
    assert dump() == empty
    assert rows("SELECT count(*) FROM import_run") == [(0,)]


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    picks=st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=25),
    seed=st.integers(0, 9),
)
def test_order_and_repeats_do_not_matter(tmp_path_factory, migrated_sqlite, picks, seed):
    """Each row is counted once, and the store is the same for any order of equal rows."""
    lines = [
        f"T{at},M{at % 3},earned,{'' if undated else f'2025-01-0{at + 1}'},site"
        for at, undated in picks
    ]
    stored = []
    for order in (lines, random.Random(seed).sample(lines * 2, 2 * len(lines))):
        folder = tmp_path_factory.mktemp("shuffled")
        (folder / "records.csv").write_text("\n".join([RECORDS, *order]))
        (folder / "store.db").write_bytes(migrated_sqlite.read_bytes())
        engine = make_engine(f"sqlite:///{folder / 'store.db'}")
        (item,) = import_paths(engine, [folder]).files
        assert item.added == len(set(lines))
        assert item.rows == item.added + item.repeats == len(order)
        (again,) = import_paths(engine, [folder]).files
        assert (again.added, again.changed, again.unchanged) == (0, 0, len(set(lines)))
        with engine.connect() as connection:
            facts = connection.exec_driver_sql(
                'SELECT t.source_id, c.source_id, r.status, r."on", r.source, superseded_at'
                " FROM credential_record r JOIN teacher t ON t.id = teacher_id"
                " JOIN credential c ON c.id = credential_id"
            )
            stored.append(sorted(map(tuple, facts), key=str))
        engine.dispose()
    assert stored[0] == stored[1]


def test_a_later_row_of_the_same_key_wins_and_is_said(bring, write, rows):
    write("records", RECORDS, "T,M,earned,2025-01-01,a", "T,M,earned,2025-01-01,b")
    done = bring()
    assert (done.records.added, done.records.overridden) == (1, 1)
    assert rows("SELECT source FROM credential_record") == [("b",)]


def test_unknown_ids_become_stubs_and_later_known_with_the_same_id(bring, write, rows, folder):
    write("records", RECORDS, "T9,M9,earned,,", "T9,M9,enrolled,,")
    write("evaluations", RATINGS, "T9,TX,1.1,3,1,5,2025-05-01,")
    first = bring()
    assert first.records.stubs == {"credentials": 1}
    assert first.evaluations.stubs == {"teachers": 1, "standards": 1}
    stub = rows("SELECT id, known FROM teacher"), rows("SELECT id, known FROM credential")
    assert [found[0][1] for found in stub] == [0, 0]
    standards = "SELECT code, known, parent FROM standard ORDER BY code"
    assert rows(standards) == [("1.1", 0, "TX"), ("TX", 0, "")]
    second = folder.parent / "later"
    write("teachers", "teacher_id,given_name", "T9,Zoe", into=second)
    write("credentials", "credential_id,title", "M9,Nine", into=second)
    write("standards", "framework,code,title,parent", "TX,1.1,Plan,", into=second)
    done = bring(second)
    assert [item.changed for item in done.summary.files] == [1, 1, 1]
    assert rows("SELECT id, known, given_name FROM teacher") == [(stub[0][0][0], 1, "Zoe")]
    assert rows("SELECT id, known, title FROM credential") == [(stub[1][0][0], 1, "Nine")]
    assert rows(standards) == [("1.1", 1, "TX"), ("TX", 1, "")]


def test_a_stub_moves_to_the_district_whose_catalog_names_it(bring, write, rows, folder):
    write("records", RECORDS, "T,M,earned,,")
    bring(district="D1")
    catalog = folder.parent / "catalog"
    write("credentials", "credential_id,title", "M,Ours", into=catalog)
    bring(catalog, district="D1", local=True)
    assert rows("SELECT id, district_id, known FROM credential") == [(1, "D1", 1)]


def test_a_stub_that_another_district_holds_stays_shared(bring, write, rows, folder):
    write("records", "teacher_id,credential_id,status,on,district_id", "T,M,earned,,D2")
    bring()
    catalog = folder.parent / "catalog"
    write("credentials", "credential_id,title", "M,Ours", into=catalog)
    bring(catalog, district="D1", local=True)
    assert rows("SELECT district_id, known FROM credential ORDER BY id") == [("", 0), ("D1", 1)]


def test_a_local_stub_becomes_the_shared_credential(bring, write, rows, folder):
    write("records", RECORDS, "T,M,earned,,")
    bring(district="D1", local=True)
    assert rows("SELECT district_id FROM credential") == [("D1",)]
    write("credentials", "credential_id,title", "M,Everybody's", into=folder.parent / "catalog")
    bring(folder.parent / "catalog")
    assert rows("SELECT id, district_id, known FROM credential") == [(1, "", 1)]


def test_a_credential_is_looked_up_in_the_district_first(bring, write, rows, folder):
    local = folder.parent / "local"
    write("credentials", "credential_id,title", "M,Shared")
    write("credentials", "credential_id,title,district_id", "M,Own,D1", into=local)
    bring()
    bring(local)
    facts = folder.parent / "facts"
    line = "teacher_id,credential_id,status,on,district_id"
    write("records", line, "T1,M,earned,,D1", "T2,M,earned,,D2", into=facts)
    done = bring(facts)
    assert done.records.stubs == {"teachers": 2}
    assert rows(
        "SELECT t.district_id, title FROM credential_record JOIN teacher t ON t.id = teacher_id"
        " JOIN credential c ON c.id = credential_id ORDER BY t.district_id"
    ) == [("D1", "Own"), ("D2", "Shared")]


def test_a_local_credential_of_the_same_import_comes_first(bring, write, rows, folder):
    write("credentials", "credential_id,title", "M,Shared")
    write("records", RECORDS, "T1,M,earned,,")
    bring()
    both = folder.parent / "both"
    write("credentials", "credential_id,title", "M,Own", into=both)
    write("records", RECORDS, "T1,M,earned,,", into=both)
    assert bring(both, local=True).records.added == 1
    assert rows(
        "SELECT title FROM credential_record r JOIN credential c ON c.id = credential_id"
        " ORDER BY r.id"
    ) == [("Shared",), ("Own",)]


def test_the_same_id_in_two_districts_is_two_teachers(bring, write, rows):
    write("teachers", "teacher_id,district_id", "T1,A", "T1,B")
    write("records", "teacher_id,credential_id,status,on,district_id", "T1,M,earned,,A")
    done = bring()
    assert done.summary.district == ""
    assert rows("SELECT district_id FROM teacher ORDER BY id") == [("A",), ("B",)]


def test_several_districts_and_none_named_is_refused(bring, write, rows, folder):
    write("teachers", "teacher_id,district_id", "T1,A", "T1,B")
    records = write("records", RECORDS, "T1,M,earned,,")
    with pytest.raises(ImportRefused, match=r"names several districts.*--district"):
        bring()
    assert rows("SELECT count(*) FROM teacher") == [(0,)]
    with pytest.raises(ImportRefused, match="several districts"):
        bring(records)
    assert bring(district="B").records.stubs == {"credentials": 1}


def test_an_empty_district_among_several_is_rejected(bring, write, folder):
    write("teachers", "teacher_id,district_id", "T1,A", "T1,B", "T2,")
    assert bring().teachers.rejected == 1


def test_the_roster_beside_a_file_says_its_district(bring, write, rows):
    write("teachers", "teacher_id,district_id", "T1,A")
    bring(write("records", RECORDS, "T1,M,earned,,"))
    assert rows("SELECT district_id, known FROM teacher") == [("A", 0)]


def test_strict_refuses_an_unknown_id_and_everything_with_it(bring, write, dump):
    empty = dump()
    write("credentials", "credential_id,title", "M,One")
    write("records", RECORDS, "", "T,M,earned,,")
    with pytest.raises(ImportRefused, match=r"records.csv, line 3: 'T' is not among the teachers"):
        bring(strict=True)
    assert dump() == empty


def test_strict_refuses_the_first_bad_row(bring, write, dump):
    empty = dump()
    write("records", RECORDS, "T,M,earned,,", "T,M,finished,,")
    with pytest.raises(ImportRefused, match=r"records.csv, line 3: status is not one of .*earned"):
        bring(strict=True)
    assert dump() == empty


def test_strict_takes_a_complete_district(bring, district):
    assert bring(strict=True).summary.stubs == 0


def test_standards_in_a_circle_are_refused(bring, write):
    write("standards", "framework,code,parent", "SC,1,2", "SC,2,1")
    with pytest.raises(ImportRefused, match="its own ancestor"):
        bring()


def test_a_parent_that_no_file_names_is_a_stub(bring, write, rows):
    write("standards", "framework,code,parent", "SC,1.1,1")
    assert bring().standards.stubs == {"standards": 1}
    assert rows("SELECT code, parent, known FROM standard ORDER BY code") == [
        ("1", "SC", 0),
        ("1.1", "1", 1),
        ("SC", "", 1),
    ]


def test_nothing_of_the_import_stays_on_the_connection(engine, bring, district):
    bring()
    temporary = {
        "sqlite": "SELECT count(*) FROM temp.sqlite_master",
        "postgresql": "SELECT count(*) FROM pg_class WHERE relpersistence = 't'",
    }
    with engine.connect() as connection:
        assert connection.exec_driver_sql(temporary[engine.dialect.name]).scalar() == 0


def test_progress_ends_at_the_last_byte(bring, district):
    seen = []
    bring(progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1] == sum(f.stat().st_size for f in district.iterdir())


def test_the_log_of_imports_holds_no_value_of_a_row(bring, district, rows):
    bring()
    logged = str(rows("SELECT district_id, summary FROM import_run"))
    assert "records.csv" in logged
    assert "T1" not in logged
    assert "example.org" not in logged


def test_defaults_are_those_of_the_command_line():
    assert ImportOptions().as_of == clock.today()


@pytest.mark.parametrize(
    ("requires", "rule"),
    [
        ("3 stacks", "is not valid at character 1: expected credential:"),
        ("credential:A &", "is not valid at character 15"),
        ("hours:-1", "hours: must be a number above zero"),
    ],
)
def test_a_pathway_that_asks_in_no_known_words_is_rejected(bring, write, rows, requires, rule):
    write("pathways", "pathway,requires", f"Lead,{requires}", "Mentor,stack:S", "Later,")
    done = bring()
    assert (done.pathways.added, done.pathways.rejected) == (2, 1)
    assert rule in Path(done.summary.report).read_text()
    assert rows("SELECT pathway FROM pathway ORDER BY pathway") == [("Later",), ("Mentor",)]
