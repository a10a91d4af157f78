"""Acts of coaches in the store, on both databases."""

from datetime import date

import pytest
from sqlmodel import Session, select

from features.coach_acts import end_act, put_act, read_acts
from features.live import read_catalog, read_states
from recommender.clock import day_end_ms, today
from recommender.errors import NotFound
from recommender.store.tables import Coach, CoachAct, Credential, GrowthGoal, Teacher
from recommender.vocabulary import ActKind, SetBy
from tests.features.store_rows import small_district


@pytest.fixture
def world(engine):
    rows = small_district(engine)
    coach = rows.add(Coach(district_id="north", source_id="k", name="Kim"))
    with Session(engine) as session:
        yield (
            session,
            session.get(Teacher, rows.ids["teacher", "t1", "north"]),
            session.get(Coach, coach),
            session.get(Credential, rows.ids["credential", "questions", ""]),
        )


def goals_of(session, teacher):
    return [
        goal
        for goal in session.exec(select(GrowthGoal).where(GrowthGoal.teacher_id == teacher.id))
        if goal.superseded_at is None and goal.set_on == today()
    ]


def test_an_act_is_told_with_who_and_why(world):
    session, teacher, coach, credential = world
    put_act(session, teacher, coach, credential, ActKind.PIN, note="See Tuesday")
    (act,) = read_acts(session, [teacher])[teacher.id]
    assert (act.kind, act.key, act.by, act.note) == (
        *(ActKind.PIN, ("", "questions"), "Kim", "See Tuesday"),
    )
    assert act.title == "Asking questions"


def test_a_later_act_takes_the_place_and_the_earlier_is_kept(world):
    session, teacher, coach, credential = world
    put_act(session, teacher, coach, credential, ActKind.PIN)
    put_act(session, teacher, coach, credential, ActKind.VETO, note="no")
    assert [act.kind for act in read_acts(session, [teacher])[teacher.id]] == [ActKind.VETO]
    assert len(session.exec(select(CoachAct)).all()) == 2


def test_the_same_act_again_changes_nothing(world):
    session, teacher, coach, credential = world
    first = put_act(session, teacher, coach, credential, ActKind.PIN)
    assert put_act(session, teacher, coach, credential, ActKind.PIN) == first
    assert len(session.exec(select(CoachAct)).all()) == 1


def test_a_goal_brings_a_growth_goal_and_takes_it_along_when_it_ends(world):
    session, teacher, coach, credential = world
    until = date(2030, 1, 1)
    put_act(session, teacher, coach, credential, ActKind.GOAL, until=until)
    (goal,) = goals_of(session, teacher)
    assert (goal.goal_key, goal.set_by, goal.until) == ("standard:NCEES:4a", SetBy.COACH, until)
    end_act(session, teacher, credential)
    assert goals_of(session, teacher) == []
    assert read_acts(session, [teacher]) == {}


def test_a_goal_that_was_there_is_neither_added_nor_taken_away(world):
    session, teacher, coach, credential = world
    standard = session.exec(select(GrowthGoal.standard_id)).first()
    session.add(
        GrowthGoal(
            teacher_id=teacher.id,
            goal_key="standard:NCEES:4a",
            standard_id=standard,
            set_on=today(),
        )
    )
    session.flush()
    put_act(session, teacher, coach, credential, ActKind.GOAL)
    assert len(goals_of(session, teacher)) == 1
    end_act(session, teacher, credential)
    assert len(goals_of(session, teacher)) == 1


def test_taking_back_what_is_not_there(world):
    session, teacher, _, credential = world
    with pytest.raises(NotFound, match="No coach has pinned"):
        end_act(session, teacher, credential)


def test_the_state_knows_acts_in_force_up_to_its_moment(world):
    session, teacher, coach, credential = world
    put_act(session, teacher, coach, credential, ActKind.VETO, note="no")
    axes = read_catalog(session, today()).axes
    now = read_states(session, [teacher.id], axes, day_end_ms(today()))
    assert [int(row["kind"]) for row in now.acts.of(0)] == [ActKind.VETO.code]
    assert axes.credentials[now.acts.of(0)["credential"][0]] == ("", "questions")
    earlier = read_states(session, [teacher.id], axes, day_end_ms(date(2026, 1, 1)))
    assert len(earlier.acts.of(0)) == 0
