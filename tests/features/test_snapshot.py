import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

import features.snapshot
from features.jobs.context import read_contexts
from features.live import read_catalog, read_states
from features.manifest import MANIFEST
from features.snapshot import BUILDING, Snapshot, build_snapshot, latest_snapshot
from recommender.clock import day_end_ms, day_start_ms, today
from recommender.district_settings import SettingName, set_setting
from recommender.errors import InvalidInput, NotEnoughData, NotFound
from recommender.store.columns import utc_now
from recommender.store.engine import make_engine, unit_of_work
from recommender.store.tables import Credential, Pathway, TeacherContext
from recommender.teacher_state import UNDATED_MS
from recommender.vocabulary import EventKind
from tests.features.store_rows import StoreRows, moment, small_district

AS_OF = date(2026, 5, 31)
T1, T2, SOUTH = ("t1", "north"), ("t2", "north"), ("t1", "south")


@pytest.fixture
def rows(engine):
    return small_district(engine)


@pytest.fixture
def built(rows, tmp_path):
    return build_snapshot(rows.engine, AS_OF, tmp_path / "snapshots")


def assert_same(one, other):
    """Two dataclasses of arrays are the same to the bit."""
    for name, value in vars(one).items():
        rival = vars(other)[name]
        if isinstance(value, np.ndarray):
            assert value.dtype == rival.dtype, name
            assert value.tobytes() == rival.tobytes(), name
        elif hasattr(value, "rows") and hasattr(value, "start"):
            assert_same(value, rival)
        elif name not in vars(type(one)):
            assert value == rival, name


def test_an_empty_store_is_told_what_to_do(engine, tmp_path):
    with pytest.raises(NotEnoughData, match="recommender import"):
        build_snapshot(engine, AS_OF, tmp_path)
    assert not list(tmp_path.glob("20*"))


def test_a_day_to_come_is_refused(engine, tmp_path):
    with pytest.raises(InvalidInput, match="cannot be built before"):
        build_snapshot(engine, today() + timedelta(days=1), tmp_path)


def test_the_folder_is_named_by_date_and_hash_and_says_what_is_in_it(built):
    manifest = json.loads((built.path / MANIFEST).read_text())
    assert built.path.name == f"2026-05-31-{built.manifest.hash[:8]}"
    assert manifest["as_of"] == "2026-05-31"
    assert manifest["counts"]["teachers"] == 3
    assert manifest["counts"]["records"] == 4
    assert manifest["counts"]["goals"] == 2
    assert manifest["undated_records"] == 1
    assert sorted(manifest["files"]) == sorted(p.name for p in built.path.glob("*.parquet"))


def test_only_teachers_with_facts_are_in_it_by_key_alone(built):
    assert built.teachers == (("north", "t1"), ("north", "t2"), ("south", "t1"))
    for file in built.path.iterdir():
        content = file.read_bytes()
        assert b"Ada" not in content
        assert b"Byron" not in content
        assert b"example.org" not in content


def test_load_gives_what_was_built(built):
    loaded = Snapshot.load(built.path)
    assert loaded.manifest == built.manifest
    for name, table in built.tables.items():
        pd.testing.assert_frame_equal(loaded.tables[name], table)
    assert_same(loaded.states(), built.states())
    assert_same(loaded.catalog, built.catalog)
    assert loaded.data().as_of == day_end_ms(AS_OF)


def test_the_live_store_gives_the_same_catalog_and_states_to_the_bit(rows, built):
    ids = [rows.ids["teacher", source_id, district] for district, source_id in built.teachers]
    with Session(rows.engine) as session:
        catalog = read_catalog(session, AS_OF)
        states = read_states(session, ids, built.axes, built.as_of)
    assert_same(built.catalog, catalog)
    assert_same(built.states(), states)


def test_schools_are_those_of_the_day_live_as_in_the_snapshot(rows, tmp_path):
    moved, near, far = ("moved", "north"), ("near", "north"), ("far", "south")
    for key in (moved, near, far):
        rows.teacher(*key)
    rows.context(moved, valid_to=date(2025, 7, 31), school_id="hill")
    rows.context(moved, date(2025, 8, 1), school_id="lake")
    rows.context(near, school_id="lake")
    rows.context(far, school_id="lake")
    built = build_snapshot(rows.engine, AS_OF, tmp_path / "snapshots")
    ids = [rows.ids["teacher", source_id, district] for district, source_id in built.teachers]
    with Session(rows.engine) as session:
        live = read_states(session, ids, built.axes, built.as_of)
    assert np.array_equal(live.schools, built.states().schools)
    keys = [(source_id, district) for district, source_id in built.teachers]
    school = dict(zip(keys, live.schools[:, 0].tolist(), strict=True))
    assert school["moved", "north"] == school["near", "north"] != school["far", "south"]


def test_one_teacher_live_is_their_row_of_the_snapshot(rows, built):
    for row, (district, source_id) in enumerate(built.teachers):
        with Session(rows.engine) as session:
            id_ = rows.ids["teacher", source_id, district]
            alone = read_states(session, [id_], built.axes, built.as_of)
        assert_same(built.states().take([row]), alone)


def test_last_spring_is_seen_as_it_was(rows, tmp_path):
    spring = date(2025, 5, 15)
    snapshot = build_snapshot(rows.engine, spring, tmp_path)
    states = snapshot.states()
    assert snapshot.teachers == (T1[::-1], SOUTH[::-1])
    assert states.years_experience[0] == 4.0
    assert states.records.counts.tolist() == [2, 0]
    assert snapshot.tables["contexts"]["valid_to"].dt.year.tolist() == [9999, 9999]


def test_a_later_snapshot_knows_earlier_moments(built, rows, tmp_path):
    spring = day_end_ms(date(2025, 5, 15))
    states = built.states(spring)
    assert states.records.counts.tolist() == [2, 0, 0]
    assert states.years_experience[0] == 4.0
    assert built.data(spring).as_of == spring
    each = built.states(np.array([spring, built.as_of, spring]))
    assert each.records.counts.tolist() == [2, 1, 0]
    with pytest.raises(ValueError, match="after its own"):
        built.states(built.as_of + 1)


def test_superseded_facts_never_count(rows, built, tmp_path):
    gone = {"superseded_at": utc_now()}
    day = date(2026, 1, 1)
    rows.record(T2, "questions", **gone)
    rows.event(T2, "questions", moment(day), **gone)
    rows.rate(T2, ("NCEES", "4"), 1.0, day, **gone)
    rows.assess(T2, ("NCEES", "4"), 1.0, day, **gone)
    rows.goal(("idle", "north"), ("NCEES", "4"), day, **gone)
    again = build_snapshot(rows.engine, AS_OF, tmp_path / "again")
    assert again.manifest.hash == built.manifest.hash


def test_both_databases_give_the_same_hash(sqlite_engine, postgres_cluster, tmp_path):
    postgres = make_engine(postgres_cluster.new_database())
    one, other = (
        build_snapshot(small_district(engine).engine, AS_OF, tmp_path / engine.dialect.name)
        for engine in (sqlite_engine, postgres)
    )
    postgres_cluster.drop(postgres)
    assert one.manifest.hash == other.manifest.hash
    assert_same(one.states(), other.states())
    assert_same(one.catalog, other.catalog)


@pytest.mark.parametrize("order", [[1, 2, 3], [3, 1, 2]])
def test_rows_are_in_the_order_of_keys_and_not_of_entry(engine, tmp_path, order):
    rows = StoreRows(engine)
    for i in order:
        rows.teacher(f"t{i}")
        rows.credential(f"c{i}")
    for i in order:
        rows.record(f"t{i}", f"c{i}", moment(date(2026, 1, i)))
    snapshot = build_snapshot(engine, AS_OF, tmp_path)
    assert [source_id for _district, source_id in snapshot.teachers] == ["t1", "t2", "t3"]
    assert snapshot.states().records.rows["credential"].tolist() == [0, 1, 2]
    assert snapshot.manifest.hash[:12] == "d78c84977c98"


def test_a_changed_fact_or_date_changes_the_hash(rows, built, tmp_path):
    other_day = build_snapshot(rows.engine, AS_OF - timedelta(days=1), tmp_path)
    rows.record(T2, "questions", moment(AS_OF))
    more = build_snapshot(rows.engine, AS_OF, tmp_path)
    assert len({built.manifest.hash, other_day.manifest.hash, more.manifest.hash}) == 3


LATEST = 300
LATER = st.integers(1, LATEST).map(lambda days: AS_OF + timedelta(days=days))


def add_later(rows, kind, day, number):
    """Add one fact of a kind after `AS_OF`; some name what nothing named before."""
    if kind == "record":
        rows.credential(f"new {number}", known=False)
        rows.record(T1, f"new {number}", moment(day))
    elif kind == "event":
        rows.teacher(f"newcomer {number}", "north")
        rows.event((f"newcomer {number}", "north"), "dialogue", moment(day), EventKind.SAVED)
    elif kind == "rating":
        rows.standard("NCEES", f"new {number}", known=False)
        rows.rate(SOUTH, ("NCEES", f"new {number}"), 1.0, day)
    elif kind == "assessment":
        rows.assess(T2, ("Danielson", "3c"), 1.0, day)
    elif kind == "goal":
        rows.goal(T1, ("Danielson", "3c"), day)
    elif kind == "alignment":
        rows.align("dialogue", "Danielson", "3c", valid_from=day)
    elif kind == "credential":
        rows.credential(f"offered {number}", valid_from=day, grade_bands="9-12")
    elif kind == "roster":
        rows.teacher(f"hired {number}", "north")
        rows.context((f"hired {number}", "north"), day, subjects="dance")


NUMBERS = count()
KINDS = ("record", "event", "rating", "assessment", "goal", "alignment", "credential", "roster")


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(later=st.lists(st.tuples(st.sampled_from(KINDS), LATER), min_size=1, max_size=5))
def test_no_fact_after_the_date_changes_the_snapshot(rows, built, tmp_path, later):
    for kind, day in later:
        number = next(NUMBERS)
        own_day = day + timedelta(days=LATEST * number)  # no two facts have the same key
        add_later(rows, kind, own_day, number)
    again = build_snapshot(rows.engine, AS_OF, tmp_path / f"again {next(NUMBERS)}")
    assert again.manifest.hash == built.manifest.hash
    assert_same(again.states(), built.states())
    assert_same(again.catalog, built.catalog)


def test_a_roster_entry_closed_later_and_a_retirement_later_change_nothing(rows, built, tmp_path):
    with Session(rows.engine) as session:
        current = col(TeacherContext.valid_from) == date(2025, 8, 1)
        entry = session.exec(select(TeacherContext).where(current)).one()
        entry.valid_to = date(2026, 7, 31)
        shared = col(Credential.source_id) == "dialogue"
        session.exec(select(Credential).where(shared)).one().retired_on = date(2026, 8, 1)
        session.commit()
    rows.context(T1, date(2026, 8, 1), grade_bands="9-12", years_experience=6)
    again = build_snapshot(rows.engine, AS_OF, tmp_path / "again")
    assert again.manifest.hash == built.manifest.hash


def test_building_twice_uses_the_same_folder_and_leaves_nothing_else(rows, built):
    folder = built.path.parent
    again = build_snapshot(rows.engine, AS_OF, folder)
    assert again.path == built.path
    assert again.manifest.created == built.manifest.created
    assert [path.name for path in folder.iterdir()] == [built.path.name]


@pytest.mark.parametrize("damage", ["cut", "flip", "remove"])
def test_a_damaged_file_is_refused_and_built_again(rows, built, damage):
    file = built.path / "records.parquet"
    content = file.read_bytes()
    if damage == "cut":
        file.write_bytes(content[:-10])
    elif damage == "flip":
        file.write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
    else:
        file.unlink()
    with pytest.raises(InvalidInput, match=r"records\.parquet is missing or damaged"):
        Snapshot.load(built.path)
    mended = build_snapshot(rows.engine, AS_OF, built.path.parent)
    assert mended.path == built.path
    assert_same(Snapshot.load(built.path).states(), built.states())
    assert [path.name for path in built.path.parent.iterdir()] == [built.path.name]


def test_a_manifest_that_is_damaged_or_of_another_version_is_refused(built):
    manifest = built.path / MANIFEST
    whole = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**whole, "schema_version": 99}))
    with pytest.raises(InvalidInput, match="schema version 99"):
        Snapshot.load(built.path)
    manifest.write_text("{")
    with pytest.raises(InvalidInput, match="not a whole snapshot"):
        Snapshot.load(built.path)


def test_a_failure_while_writing_leaves_nothing_behind(rows, tmp_path, monkeypatch):
    def fail(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("features.snapshot.file_hash", fail)
    with pytest.raises(KeyboardInterrupt):
        build_snapshot(rows.engine, AS_OF, tmp_path / "snapshots")
    assert list((tmp_path / "snapshots").iterdir()) == []


def test_the_latest_is_the_one_of_the_latest_day(rows, built):
    folder = built.path.parent
    build_snapshot(rows.engine, date(2025, 12, 1), folder)
    (folder / f"{BUILDING}x").mkdir()
    (folder / "stray").mkdir()
    assert latest_snapshot(folder) == built.path


def test_no_snapshot_is_told_what_to_do(tmp_path):
    with pytest.raises(NotFound, match="recommender snapshot"):
        latest_snapshot(tmp_path / "none")


def test_progress_runs_to_its_end(rows, tmp_path):
    steps = []
    build_snapshot(rows.engine, AS_OF, tmp_path, lambda done, total: steps.append((done, total)))
    assert [done for done, _total in steps] == list(range(8))
    assert {total for _done, total in steps} == {7}


def test_an_import_half_way_through_is_not_seen(rows, built, tmp_path, monkeypatch):
    def interrupted(connection):
        found = read_contexts(connection)
        rows.teacher("new", "north")
        rows.record(("new", "north"), "questions", moment(date(2026, 1, 1)))
        return found

    readers = {**features.snapshot._READERS, "contexts": (interrupted, "valid_from")}
    monkeypatch.setattr(features.snapshot, "_READERS", readers)
    again = build_snapshot(rows.engine, AS_OF, tmp_path / "again")
    assert again.manifest.hash == built.manifest.hash


def test_a_district_sees_its_own_catalog(rows, tmp_path):
    rows.credential("own", "south", title="South's own")
    rows.record(SOUTH, ("own", "south"), moment(date(2026, 1, 5)))
    snapshot = build_snapshot(rows.engine, AS_OF, tmp_path)
    columns = snapshot.axes.credential_columns
    south = snapshot.states().records.of(2)["credential"].tolist()
    assert south == [columns["south", "own"]]
    assert snapshot.catalog.cards[columns["south", "own"]].title == "South's own"


def test_facts_are_in_the_order_of_states_already(built):
    facts = built.facts
    shuffled = replace(
        facts,
        records=type(facts.records)(facts.records.owner[::-1], facts.records.rows[::-1]),
        ratings=type(facts.ratings)(facts.ratings.owner[::-1], facts.ratings.rows[::-1]),
    )
    object.__setattr__(built, "facts", shuffled)
    assert_same(built.states(), Snapshot.load(built.path).states())


def licences_and_pathways(states):
    """What a state says of each teacher's licence and pathways, whatever the order of profiles."""
    told = []
    for row in range(len(states)):
        place = states.licences.profile[row]
        profile = states.licences.profiles[place] if place >= 0 else None
        rules = None if profile is None else (profile.pack.code, profile.plan, profile.routes)
        goals = states.pathways.rows.of(row).tolist() if states.pathways else []
        names = states.pathways.rules if states.pathways else ()
        told.append(
            (
                rules,
                int(states.licences.ends[row]),
                [(names[goal[0]].district, names[goal[0]].name, *goal[1:]) for goal in goals],
            )
        )
    return told


def test_licences_and_pathways_are_the_same_live_and_in_a_snapshot(rows, tmp_path):
    rows.context(
        T2,
        state="NC",
        grade_bands="K-2",
        license_type="Continuing",
        license_expires_on=date(2027, 6, 30),
        role="teacher",
        employer="public_district",
    )
    rows.context(
        ("idle", "north"), state="SC", license_type="Professional", employer="private_school"
    )
    rows.add(Pathway(district_id="", pathway="x", title="Shared", requires="credential:questions"))
    rows.add(Pathway(district_id="north", pathway="x", title="Own", requires="other:ask"))
    built = build_snapshot(rows.engine, AS_OF, tmp_path)
    ids = [rows.ids["teacher", source_id, district] for district, source_id in built.teachers]
    with Session(rows.engine) as session:
        states = read_states(session, ids, built.axes, built.as_of)
    found = licences_and_pathways(states)
    assert licences_and_pathways(Snapshot.load(built.path).states()) == found
    by_key = dict(zip(built.teachers, found, strict=True))
    (code, plan, routes), ends, goals = by_key["north", "t2"]
    assert (code, plan, routes) == ("NC", "elementary", {"learning"})
    assert ends == day_start_ms(date(2027, 6, 30))
    assert [goal[:2] for goal in goals] == [("north", "x")]
    (code, _, routes), ends, _ = by_key["north", "idle"]
    assert (code, routes) == ("SC", {"course"})
    assert ends == UNDATED_MS
    assert by_key["north", "t1"][0] is None
    before = built.states(day_end_ms(date(2025, 9, 14)))
    assert not any(goals for *_, goals in licences_and_pathways(before))


def test_a_district_that_does_not_contribute_is_not_learned_from(engine, tmp_path):
    rows = StoreRows(engine)
    rows.credential("c")
    for district in ("north", "south"):
        rows.teacher("t", district)
        rows.record(("t", district), "c", moment(AS_OF))
    both = build_snapshot(engine, AS_OF, tmp_path)
    assert len(both.teachers) == 2
    with unit_of_work(engine) as session:
        name = SettingName.CONTRIBUTE_TO_TRAINING
        set_setting(session, "south", name, value=False, valid_from=today(), set_by="tests")
    left = build_snapshot(engine, AS_OF, tmp_path)
    assert left.teachers == (("north", "t"),)
    assert len(left.tables["records"]) == 1
    assert left.manifest.hash != both.manifest.hash
    with unit_of_work(engine) as session:
        set_setting(session, "south", name, None, valid_from=today(), set_by="tests")
    assert build_snapshot(engine, AS_OF, tmp_path).manifest.hash == both.manifest.hash
