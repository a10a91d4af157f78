from datetime import date

import numpy as np
import pytest
from sqlalchemy import event
from sqlmodel import Session

from features.live import find_teacher, read_catalog, read_states
from recommender.axes import Axes
from recommender.clock import day_end_ms, day_start_ms, to_ms
from recommender.errors import InvalidInput, NotFound
from recommender.store.columns import utc_now
from recommender.teacher_state import UNDATED_MS
from recommender.vocabulary import RecordStatus, SetBy
from tests.features.store_rows import StoreRows, moment, small_district

AS_OF = date(2026, 5, 31)
AS_OF_MS = day_end_ms(AS_OF)


@pytest.fixture
def rows(engine):
    return small_district(engine)


@pytest.fixture
def session(rows):
    with Session(rows.engine) as opened:
        yield opened


def states_of(session, rows, *teachers, axes=None, as_of=AS_OF_MS):
    axes = axes or read_catalog(session, AS_OF).axes
    return read_states(session, [rows._teacher(key) for key in teachers], axes, as_of)


def test_an_empty_store_has_an_empty_catalog(engine):
    with Session(engine) as session:
        catalog = read_catalog(session, AS_OF)
    assert len(catalog) == 0
    assert catalog.reach.shape == (0, 0)


def test_the_axes_are_sorted_and_hold_both_districts_words(session):
    axes = read_catalog(session, AS_OF).axes
    assert axes.credentials == (("", "dialogue"), ("", "questions"), ("north", "own"))
    assert axes.standards[0] == ("Danielson", "3")
    assert axes.grade_bands == ("3-5", "6-8", "K-2")
    assert axes.subjects == ("art", "math", "science")


def test_an_alignment_in_one_framework_reaches_another_through_the_hub(session):
    catalog = read_catalog(session, AS_OF)
    questions = catalog.axes.credential_columns["", "questions"]
    element = catalog.axes.standard_columns["Danielson", "3c"]
    assert catalog.reach[questions, element] == pytest.approx(0.7 * 0.8 * 0.9)


def test_cards_quality_and_prerequisites_are_read(session):
    catalog = read_catalog(session, AS_OF)
    assert catalog.cards[1].hours == 12.5
    assert catalog.cards[1].cost_usd is None
    assert catalog.cards[0].cost_usd == 0.0
    assert catalog.prerequisites.of(2).tolist() == [1]
    assert catalog.prerequisites.rows.dtype == np.int32
    assert catalog.quality.tolist() == [0, 0, 0]
    assert catalog.standard_titles[0] == "Danielson 3 title"


def test_what_begins_or_is_named_later_is_not_in_an_earlier_catalog(rows, session):
    rows.credential("next year", valid_from=date(2027, 1, 1), title="Later")
    rows.credential("stub", known=False)
    rows.standard("NCEES", "stub", known=False)
    rows.credential("retiring", retired_on=date(2027, 1, 1))
    rows.record(("t1", "north"), "stub", moment(date(2026, 6, 1)))
    before, after = read_catalog(session, AS_OF), read_catalog(session, date(2026, 6, 1))
    assert ("", "stub") not in before.axes.credentials
    assert ("", "stub") in after.axes.credentials
    assert ("", "next year") not in after.axes.credentials
    assert ("NCEES", "stub") not in after.axes.standards
    column = before.axes.credential_columns["", "retiring"]
    assert before.retired_on[column] > day_start_ms(date(9999, 1, 1))


def test_a_catalog_on_a_bundles_axes_keeps_their_order_and_marks_what_is_gone(rows, session):
    rows.credential("retiring", retired_on=date(2027, 1, 1))
    axes = Axes((("", "retiring"), ("", "gone"), ("", "questions")), (("NCEES", "4a"),), ("3-5",))
    catalog = read_catalog(session, AS_OF, axes)
    assert catalog.axes is axes
    assert catalog.known.tolist() == [True, False, True]
    assert (catalog.retired_on <= AS_OF_MS).tolist() == [False, True, False]
    assert catalog.retired_on[0] == day_start_ms(date(2027, 1, 1))
    assert catalog.grade_bands.tolist() == [[False], [False], [True]]
    assert catalog.reach[2].tolist() == [np.float32(0.7)]


def test_a_state_holds_the_facts_of_each_kind(rows, session):
    axes = read_catalog(session, AS_OF).axes
    state = states_of(session, rows, ("t1", "north"))
    questions, dialogue = axes.credential_columns["", "questions"], 0
    assert state.records.of(0)["credential"].tolist() == [dialogue, questions, questions]
    assert state.records.of(0)["on"][0] == UNDATED_MS
    assert state.records.of(0)["on"][2] == to_ms(moment(date(2025, 6, 1)))
    assert state.records.of(0)["status"][1] == RecordStatus.ENROLLED.code
    assert state.ratings.of(0)["level"].tolist() == [0.5]
    assert state.assessments.of(0)["wants"].tolist() == [True]
    assert state.goals.of(0)["set_by"].tolist() == [SetBy.COACH.code]
    assert state.years_experience.tolist() == [5.0]
    assert state.grade_bands.tolist() == [[True, True, False]]


def test_the_same_id_in_two_districts_is_two_people(rows, session):
    states = states_of(session, rows, ("t1", "south"), ("t1", "north"))
    assert states.records.counts.tolist() == [0, 3]
    assert states.ratings.counts.tolist() == [2, 1]
    assert np.isnan(states.ratings.of(0)["level"]).tolist() == [True, False]


def test_last_spring_is_seen_as_it_was(rows, session):
    state = states_of(session, rows, ("t1", "north"), as_of=day_end_ms(date(2025, 5, 15)))
    assert state.records.counts.tolist() == [2]
    assert state.goals.counts.tolist() == [0]
    assert state.years_experience.tolist() == [4.0]


def test_a_superseded_fact_never_counts(rows, session):
    rows.rate(("t2", "north"), ("NCEES", "4"), 1.0, date(2026, 1, 1), superseded_at=utc_now())
    rows.record(("t2", "north"), "questions", superseded_at=utc_now())
    state = states_of(session, rows, ("t2", "north"))
    assert state.ratings.counts.tolist() == [0]
    assert state.records.counts.tolist() == [1]


def test_states_take_few_queries_however_many_teachers(rows, session):
    axes = read_catalog(session, AS_OF).axes
    seen = []
    event.listen(rows.engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    states_of(session, rows, ("t1", "north"), ("t2", "north"), ("t1", "south"), axes=axes)
    assert len(seen) == 4  # ids of credentials and of standards, all facts at once, and pathways


def test_more_teachers_than_fit_one_query(engine, monkeypatch):
    monkeypatch.setattr("recommender.store.ids.IDS_A_QUERY", 2)
    rows = StoreRows(engine)
    rows.credential("c")
    ids = [rows.teacher(f"t{i}") for i in range(5)]
    for i in range(5):
        rows.record(f"t{i}", "c", moment(date(2026, 1, 1 + i)))
    with Session(engine) as session:
        states = read_states(session, ids[::-1], Axes((("", "c"),)), AS_OF_MS)
    assert states.records.counts.tolist() == [1] * 5
    assert (np.diff(states.records.rows["on"]) < 0).all()


def test_nobody_asked_for_is_no_state(session):
    assert len(read_states(session, [], Axes(()), AS_OF_MS)) == 0


def test_find_teacher(session):
    assert find_teacher(session, "t2").district_id == "north"
    assert find_teacher(session, "t1", "south").district_id == "south"
    with pytest.raises(InvalidInput, match="name the district by --district"):
        find_teacher(session, "t1")
    with pytest.raises(NotFound, match="no teacher 'nobody'"):
        find_teacher(session, "nobody")
    with pytest.raises(NotFound, match="in the district 'south'"):
        find_teacher(session, "t2", "south")
